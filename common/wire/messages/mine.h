// The mine: values that minions share with each other.
#pragma once

#include <optional>
#include <string>

#include "common/wire/messages/message.h"

namespace halite::wire {

// _mine.
struct UpdateMine {
  Map data;  // function -> value
  bool clear = false;

  static const Schema<UpdateMine>& schema() {
    static const auto schema = Schema<UpdateMine>()
                                   .required(&UpdateMine::data, "data", "Function -> value.")
                                   .optional(&UpdateMine::clear, "clear", "Forget what was there.");
    return schema;
  }
};

// _mine_get.
struct GetMine {
  Value tgt;
  Value fun;  // a text with commas, or a list
  std::string tgt_type = "glob";

  static const Schema<GetMine>& schema() {
    static const auto schema = Schema<GetMine>()
                                   .required(&GetMine::tgt, "tgt", "Whose values.")
                                   .required(&GetMine::fun, "fun", "Which functions.")
                                   .optional(&GetMine::tgt_type, "tgt_type", "How tgt is meant.")
                                   .alias("expr_form");
    return schema;
  }
};

// _mine_delete.
struct DeleteMine {
  std::string fun;

  static const Schema<DeleteMine>& schema() {
    static const auto schema = Schema<DeleteMine>().required(&DeleteMine::fun, "fun", "Function.");
    return schema;
  }
};

}  // namespace halite::wire
