#include "bench/swarm/publications.h"

#include "common/base/error.h"
#include "common/wire/fields.h"

namespace halite::swarm {
namespace {

constexpr std::size_t recent_max = 64;

Publication read_job(const Map& load) {
  Publication result;
  try {
    const std::string kind = load.contains("tgt_type") ? wire::need_text(load, "tgt_type") : "glob";
    const std::string delimiter = load.contains("delimiter") ? wire::need_text(load, "delimiter") : ":";
    auto matcher = target::Matcher::compile(target::kind_from(kind), load.at("tgt"), delimiter);
    const std::string user = load.contains("user") ? wire::need_text(load, "user") : "";
    result.job = std::make_shared<const PublishedJob>(
        PublishedJob{wire::need_text(load, "jid"), load.at("fun"), load.at("arg").as_list("arg"), user, std::move(matcher)});
  } catch (const Error& error) {
    result.fault = error.message();
  }
  return result;
}

Publication open_one(std::string_view payload, const crypto::SessionKey& shared, const crypto::PublicKey& master) {
  // Its serial is not judged: the reader is new.
  wire::PublicationReader reader(shared, master, false);
  const wire::OpenedPublication opened = reader.open(payload);
  if (opened.load) return read_job(*opened.load);
  Publication result;
  result.is_for_other_key = opened.fault == wire::PublicationFault::other_key;
  result.fault = wire::to_string(opened.fault);
  return result;
}

}  // namespace

Publication Publications::open(std::string_view payload, const crypto::SessionKey& shared, const crypto::PublicKey& master) {
  for (const Opened& opened : recent_)
    if (opened.payload == payload && opened.key == shared.text()) return opened.publication;
  Publication publication = open_one(payload, shared, master);
  recent_.push_front({std::string(payload), shared.text(), publication});
  if (recent_.size() > recent_max) recent_.pop_back();
  return publication;
}

}  // namespace halite::swarm
