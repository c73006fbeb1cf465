// random.*: numbers, texts and hashes of passwords by chance.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/crypto/hash.h"
#include "minion/functions/groups.h"
#include "states/arguments.h"
#include "states/providers/password_hash.h"

namespace halite::minion {
namespace {

struct Text {
  std::int64_t length = 20;
  std::string chars;
  bool lowercase = true, uppercase = true, digits = true, punctuation = true, whitespace = false, printable = false;
};
struct Range {
  std::int64_t start = 1, end = 10;
  Value seed;
};
struct Seed {
  std::int64_t range = 10;
  Value hash;
};
struct Choice {
  List value;
  std::int64_t size = 1;
  Value seed;
};
struct Hash {
  std::string value, algorithm = "sha512";
};
struct Encode {
  states::Text value;
  std::string encoder = "base64";
};
struct Password {
  std::string salt, algorithm = "sha512";
  states::Text password;
};

Value get_str(const Text& args, Call&) {
  std::string pool = args.chars;
  if (pool.empty()) {
    if (args.lowercase) pool += "abcdefghijklmnopqrstuvwxyz";
    if (args.uppercase) pool += "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (args.digits) pool += "0123456789";
    if (args.punctuation) pool += "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    if (args.whitespace) pool += " \t\n";
  }
  if (pool.empty()) throw Error(ErrorKind::invalid, "there is no kind of character left to choose from");
  if (args.length < 1 || args.length > 1'000'000)
    throw Error(ErrorKind::invalid, "the length must be from 1 to 1000000, not {}", args.length);
  std::string text;
  for (std::int64_t i = 0; i < args.length; ++i)
    text += pool[static_cast<std::size_t>(crypto::random_between(0, static_cast<std::int64_t>(pool.size()) - 1))];
  return text;
}

void require_no_seed(const Value& seed, const char* function) {
  if (!seed.is_null())
    throw Error(ErrorKind::invalid, "{} knows no seed: Python's generator is not copied, use random.seed for a number that stays", function);
}

Value rand_int(const Range& args, Call&) {
  require_no_seed(args.seed, "random.rand_int");
  if (args.start > args.end) throw Error(ErrorKind::invalid, "there is no number from {} to {}", args.start, args.end);
  return crypto::random_between(args.start, args.end);
}

// The same number on this minion each time, and another on each.
Value seed(const Seed& args, Call& call) {
  if (args.range < 1) throw Error(ErrorKind::invalid, "the range must be at least 1, not {}", args.range);
  const std::string text = args.hash.is_null() ? call.tools.grains.settings().id : states::python_text(args.hash);
  const std::string digest = crypto::hash_bytes(crypto::HashType::sha256, text);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(digest[i]);
  return static_cast<std::int64_t>(number % static_cast<std::uint64_t>(args.range));
}

List shuffled(List list) {
  for (std::size_t i = list.size(); i > 1; --i)
    std::swap(list[i - 1], list[static_cast<std::size_t>(crypto::random_between(0, static_cast<std::int64_t>(i) - 1))]);
  return list;
}

Value shuffle(const Choice& args, Call&) {
  require_no_seed(args.seed, "random.shuffle");
  return shuffled(args.value);
}

Value sample(const Choice& args, Call&) {
  require_no_seed(args.seed, "random.sample");
  if (args.size < 0 || args.size > static_cast<std::int64_t>(args.value.size()))
    throw Error(ErrorKind::invalid, "{} of {} items can't be taken", args.size, args.value.size());
  List list = shuffled(args.value);
  list.resize(static_cast<std::size_t>(args.size));
  return list;
}

Value shadow_hash(const Password& args, Call& call) {
  std::string password = args.password.text;
  if (password.empty()) password = get_str({}, call).as_string();
  return states::hash_password(password, args.algorithm, args.salt);
}

Value encode(const Encode& args, Call&) {
  if (args.encoder == "base64") return to_base64(args.value.text);
  if (args.encoder != "hex") throw Error(ErrorKind::invalid, "there is no encoder '{}'; base64 and hex are known", escape_control(args.encoder));
  std::string text;
  for (const char c : args.value.text) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

Value hash(const Hash& args, Call&) { return crypto::hash_hex(crypto::hash_type_from(args.algorithm), args.value); }

}  // namespace

std::vector<Function> random_functions() {
  const auto list = Schema<Choice>().required(&Choice::value, "value", "A list.");
  return {
      function<Text>("random.get_str", "A text of random characters.",
                     Schema<Text>()
                         .optional(&Text::length, "length", "How many.")
                         .optional(&Text::chars, "chars", "The characters to choose from; else by the kinds below.")
                         .optional(&Text::lowercase, "lowercase", "Small letters.")
                         .optional(&Text::uppercase, "uppercase", "Capital letters.")
                         .optional(&Text::digits, "digits", "Digits.")
                         .optional(&Text::punctuation, "punctuation", "Punctuation.")
                         .optional(&Text::whitespace, "whitespace", "White space.")
                         .optional(&Text::printable, "printable", "Kept for Salt's callers."),
                     get_str).light(),
      function<Range>("random.rand_int", "A random number of the range, its ends included.",
                      Schema<Range>()
                          .optional(&Range::start, "start", "The first.")
                          .optional(&Range::end, "end", "The last.")
                          .optional(&Range::seed, "seed", "Not known here."),
                      rand_int).light(),
      function<Seed>("random.seed", "A number below the range that stays the same on this minion.",
                     Schema<Seed>()
                         .optional(&Seed::range, "range", "How many numbers there are, from 0.")
                         .optional(&Seed::hash, "hash", "Another text than the minion's id."),
                     seed).light(),
      function<Choice>("random.shuffle", "The list in random order.", Schema<Choice>(list).optional(&Choice::seed, "seed", "Not known here."),
                       shuffle).light(),
      function<Choice>("random.sample", "Some items of a list.",
                       Schema<Choice>(list)
                           .required(&Choice::size, "size", "How many.")
                           .optional(&Choice::seed, "seed", "Not known here."),
                       sample).light(),
      function<Hash>("random.hash", "The digest of a text, in hex.",
                     Schema<Hash>().required(&Hash::value, "value", "The text.").optional(&Hash::algorithm, "algorithm", "Which digest."),
                     hash).light(),
      function<Encode>("random.str_encode", "A text encoded: random.str_encode 'some text' hex.",
                       Schema<Encode>().required(&Encode::value, "value", "The text.").optional(&Encode::encoder, "encoder", "base64 or hex."), encode).light(),
      function<Password>("random.shadow_hash", "A hash for /etc/shadow, of a password or of a random one.",
                         Schema<Password>()
                             .optional(&Password::salt, "crypt_salt", "Salt to use. Unset: a random one.")
                             .optional(&Password::password, "password", "The password. Unset: a random one.")
                             .secret()
                             .optional(&Password::algorithm, "algorithm", "sha512, sha256, yescrypt, blowfish, md5 or crypt."),
                         shadow_hash),
  };
}

}  // namespace halite::minion
