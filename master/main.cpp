// halite-master: the program.
#include <cstring>

#include "master/orchestrate/process.h"
#include "master/run_master.h"

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], halite::master::orchestration_mode) == 0) return halite::master::orchestration_main(argv[2]);
  return halite::master::run_master(argc, argv);
}
