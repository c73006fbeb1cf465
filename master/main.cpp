// halite-master: the program.
#include "master/run_master.h"

int main(int argc, char** argv) { return halite::master::run_master(argc, argv); }
