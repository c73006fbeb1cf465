// cache.*: what the master remembers of minions.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/config/common_settings.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct Minions {
  Value tgt = "*";
  std::string tgt_type = "glob";

  static const Schema<Minions>& schema() {
    static const auto schema = Schema<Minions>()
                                   .optional(&Minions::tgt, "tgt", "Which minions.")
                                   .optional(&Minions::tgt_type, "tgt_type", "How tgt is meant.");
    return schema;
  }
};

// Nothing is forgotten by a call without a target.
struct MinionsNamed : Minions {
  static const Schema<MinionsNamed>& schema() {
    static const auto schema = Schema<MinionsNamed>()
                                   .required(config_detail::in<MinionsNamed>(&Minions::tgt), "tgt", "Which minions.")
                                   .optional(config_detail::in<MinionsNamed>(&Minions::tgt_type), "tgt_type", "How tgt is meant.");
    return schema;
  }
};

struct MineFunction : Minions {
  std::string fun;

  static const Schema<MineFunction>& schema() {
    static const auto schema = Schema<MineFunction>()
                                   .required(config_detail::in<MineFunction>(&Minions::tgt), "tgt", "Which minions.")
                                   .optional(config_detail::in<MineFunction>(&Minions::tgt_type), "tgt_type", "How tgt is meant.")
                                   .required(&MineFunction::fun, "clear_mine_func_flag", "The function whose values are forgotten.");
    return schema;
  }
};

struct Bank {
  std::string bank;

  static const Schema<Bank>& schema() {
    static const auto schema = Schema<Bank>().required(&Bank::bank, "bank", "minions, or minions/ID.");
    return schema;
  }
};

struct BankKey {
  std::string bank;
  std::string key;

  static const Schema<BankKey>& schema() {
    static const auto schema = Schema<BankKey>()
                                   .required(&BankKey::bank, "bank", "minions/ID.")
                                   .required(&BankKey::key, "key", "data (grains and pillar) or mine.")
                                   .one_of({"data", "mine"});
    return schema;
  }
};

Task<std::vector<std::string>> ids_of(Targets& targets, Minions wanted) {
  const wire::TargetQuery query{wanted.tgt, wanted.tgt_type, ":"};
  auto resolved = co_await targets.resolve(query);
  co_return std::move(resolved.who.minions);
}

Task<wire::RunnerResult> facts(Store& store, Targets& targets, Minions wanted, Map FactsRecord::*part) {
  Map all;
  for (const auto& id : co_await ids_of(targets, std::move(wanted)))
    if (const auto known = co_await store.facts(id)) all.set(id, (*known).*part);
  co_return plain_result(all);
}

Task<wire::RunnerResult> mine(Store& store, Targets& targets, Minions wanted) {
  const auto ids = co_await ids_of(targets, std::move(wanted));
  co_return plain_result(co_await store.mines(ids));
}

struct Forgets {
  bool grains = false;
  bool pillar = false;
  bool mine = false;
};

Task<wire::RunnerResult> clear(Store& store, Targets& targets, Minions wanted, Forgets what) {
  const auto ids = co_await ids_of(targets, std::move(wanted));
  for (const auto& id : ids) {
    auto known = co_await store.facts(id);
    if (known && what.grains) known->grains = {};
    if (known && what.pillar) known->pillar = {};
    if (known && (what.grains || what.pillar)) co_await store.put_facts(*known);
    if (what.mine) co_await store.remove_mine(id, std::nullopt);
  }
  co_return plain_result(!ids.empty());
}

Task<wire::RunnerResult> clear_function(Store& store, Targets& targets, MineFunction wanted) {
  const auto ids = co_await ids_of(targets, wanted);
  for (const auto& id : ids) co_await store.remove_mine(id, wanted.fun);
  co_return plain_result(!ids.empty());
}

std::string minion_of(const std::string& bank) {
  if (bank.starts_with("minions/") && bank.size() > 8) return bank.substr(8);
  throw Error(ErrorKind::not_found, "there is no bank '{}'; there are minions and minions/ID", escape_control(bank));
}

Task<wire::RunnerResult> list(Store& store, Targets& targets, Bank wanted) {
  if (wanted.bank == "minions") {
    Minions all;
    const auto known = co_await ids_of(targets, std::move(all));
    List ids;
    for (const auto& id : known)
      if (co_await store.facts(id)) ids.emplace_back(id);
    co_return plain_result(ids);
  }
  const std::string id = minion_of(wanted.bank);
  List keys;
  if (co_await store.facts(id)) keys.emplace_back("data");
  const std::vector<std::string> one{id};
  if (!(co_await store.mines(one)).empty()) keys.emplace_back("mine");
  co_return plain_result(keys);
}

Task<wire::RunnerResult> fetch(Store& store, BankKey wanted) {
  const std::string id = minion_of(wanted.bank);
  if (wanted.key == "mine") {
    const std::vector<std::string> one{id};
    const Map found = co_await store.mines(one);
    co_return plain_result(found.contains(id) ? found.at(id) : Value(Map{}));
  }
  const auto known = co_await store.facts(id);
  co_return plain_result(known ? Map{{"grains", known->grains}, {"pillar", known->pillar}} : Map{});
}

}  // namespace

void add_cache_runners(RunnerTable& runners, Store& store, Targets& targets) {
  const auto add_facts = [&](const char* name, const char* doc, Map FactsRecord::*part) {
    runners.add(Runner<Minions>{name, doc, [&store, &targets, part](Minions wanted, RunnerCaller) {
                                  return facts(store, targets, std::move(wanted), part);
                                }});
  };
  const auto add_clear = [&](const char* name, const char* doc, Forgets what) {
    Runner<MinionsNamed> runner{name, doc, [&store, &targets, what](MinionsNamed wanted, RunnerCaller) {
                                  return clear(store, targets, std::move(wanted), what);
                                }};
    runner.is_recorded = true;
    runners.add(std::move(runner));
  };
  add_facts("cache.grains", "The grains that each minion gave last.", &FactsRecord::grains);
  add_facts("cache.pillar", "The pillar that each minion was given last.", &FactsRecord::pillar);
  runners.add(Runner<Minions>{"cache.mine", "What minions share by the mine.", [&](Minions wanted, RunnerCaller) {
                                return mine(store, targets, std::move(wanted));
                              }});
  add_clear("cache.clear_grains", "Forgets grains; targets by grain do not match until the minion tells them again.", {.grains = true});
  add_clear("cache.clear_pillar", "Forgets pillars; targets by pillar do not match until the minion asks again.", {.pillar = true});
  add_clear("cache.clear_mine", "Forgets what minions share by the mine.", {.mine = true});
  add_clear("cache.clear_all", "Forgets grains, pillar and mine.", {.grains = true, .pillar = true, .mine = true});
  Runner<MineFunction> function{"cache.clear_mine_func", "Forgets one function of the mine.", [&](MineFunction wanted, RunnerCaller) {
                                  return clear_function(store, targets, std::move(wanted));
                                }};
  function.is_recorded = true;
  runners.add(std::move(function));
  runners.add(Runner<Bank>{"cache.list", "What is remembered in a bank.", [&](Bank wanted, RunnerCaller) {
                             return list(store, targets, std::move(wanted));
                           }});
  runners.add(Runner<BankKey>{"cache.fetch", "One thing that is remembered of a minion.",
                              [&](BankKey wanted, RunnerCaller) { return fetch(store, std::move(wanted)); }});
}

}  // namespace halite::master
