// What the runner groups share.
#include "master/runners/runners.h"

namespace halite::master {

wire::RunnerResult plain_result(Value value) {
  wire::RunnerResult result;
  result.value = std::move(value);
  return result;
}

const Schema<NoRunnerArguments>& NoRunnerArguments::schema() {
  static const Schema<NoRunnerArguments> schema;
  return schema;
}

}  // namespace halite::master
