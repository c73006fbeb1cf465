// What an idle daemon gives back to the machine.
#pragma once

namespace halite::minion {

// Free heap, and the pages of the program that starting or a job has touched. Of some ten megabytes of code an idle
// daemon needs a few pages, but the kernel maps 64 KiB around each that was used once; what is needed again comes back
// from the page cache.
void give_back_memory();

}  // namespace halite::minion
