// hashutil.*: checksums and base64 of texts and files.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"
#include "common/crypto/hash.h"
#include "common/crypto/keyed_hash.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/paths.h"

namespace halite::minion {
namespace {

using states::Text;

struct Digest {
  Text instr;
  std::string checksum = "md5";
};
struct File {
  std::string path;
  std::string checksum = "md5";
};
struct Decode {
  Text instr;
  std::string outfile;
};
struct Signature {
  Text string, shared_secret, challenge_hmac;
};

std::string content_of(const std::string& path, Call& call) {
  states::World world = make_world(call);
  return world.host.read_file(states::full_path(path, world));
}

Value digest(const Digest& args, Call&) {
  return crypto::hash_hex(crypto::hash_type_from(args.checksum), args.instr.text);
}
Value digest_file(const File& args, Call& call) {
  return crypto::hash_hex(crypto::hash_type_from(args.checksum), content_of(args.path, call));
}
Value md5_digest(const Digest& args, Call&) {
  return crypto::hash_hex(crypto::HashType::md5, args.instr.text);
}
Value sha256_digest(const Digest& args, Call&) {
  return crypto::hash_hex(crypto::HashType::sha256, args.instr.text);
}
Value sha512_digest(const Digest& args, Call&) {
  return crypto::hash_hex(crypto::HashType::sha512, args.instr.text);
}

// MIME's form, as Python's encodebytes writes it: 76 characters a line.
std::string in_lines(const std::string& encoded) {
  std::string text;
  for (std::size_t i = 0; i < encoded.size(); i += 76) text += encoded.substr(i, 76) + "\n";
  return text;
}

std::string decoded(const std::string& text) {
  std::string joined;
  for (const char c : text)
    if (c != '\n' && c != '\r' && c != ' ') joined += c;
  const auto data = from_base64(joined);
  if (!data) throw Error(ErrorKind::invalid, "the text is not base64");
  return *data;
}

Value base64_b64encode(const Digest& args, Call&) {
  return to_base64(args.instr.text);
}
Value base64_b64decode(const Digest& args, Call&) {
  return text_or_bytes(decoded(args.instr.text));
}
Value base64_encodestring(const Digest& args, Call&) {
  return in_lines(to_base64(args.instr.text));
}
Value base64_encodefile(const File& args, Call& call) {
  return in_lines(to_base64(content_of(args.path, call)));
}

Value base64_decodefile(const Decode& args, Call& call) {
  states::World world = make_world(call);
  const std::string path = states::follow_link(states::full_path(args.outfile, world), world);
  world.host.replace_file(path, decoded(args.instr.text), {});
  return true;
}

std::string hmac_of(const Signature& args) {
  return to_base64(crypto::hmac_bytes(crypto::HashType::sha256, args.shared_secret.text, args.string.text));
}

Value hmac_compute(const Signature& args, Call&) {
  return hmac_of(args);
}
Value hmac_signature(const Signature& args, Call&) {
  return crypto::equal_in_constant_time(hmac_of(args), args.challenge_hmac.text);
}

// "sha1=HEX", as GitHub signs its messages.
Value github_signature(const Signature& args, Call&) {
  const std::string& challenge = args.challenge_hmac.text;
  const auto sign = challenge.find('=');
  const std::string name = sign == std::string::npos ? "" : challenge.substr(0, sign);
  if (name != "sha1" && name != "sha256")
    throw Error(ErrorKind::invalid, "a signature of GitHub begins with sha1= or sha256=, not with '{}'", name);
  const std::string mac = crypto::hmac_bytes(crypto::hash_type_from(name), args.shared_secret.text, args.string.text);
  return crypto::equal_in_constant_time(to_hex(mac), challenge.substr(sign + 1));
}

}  // namespace

std::vector<Function> hashutil_functions() {
  const auto text = Schema<Digest>().required(&Digest::instr, "instr", "The text.");
  const auto file = Schema<File>().required(&File::path, "infile", "Full path of the file.");
  const auto signature = [](bool with_challenge) {
    auto schema = Schema<Signature>()
                      .required(&Signature::string, "string", "The text.")
                      .required(&Signature::shared_secret, "shared_secret", "The key.")
                      .secret();
    return with_challenge ? schema.required(&Signature::challenge_hmac, "challenge_hmac", "The signature to check.")
                          : schema;
  };
  const char* type_doc = "md5, sha1, sha224, sha256, sha384 or sha512.";
  return {
      function<Digest>("hashutil.digest", "The checksum of a text.",
                       Schema<Digest>(text).optional(&Digest::checksum, "checksum", type_doc), digest),
      function<File>("hashutil.digest_file", "The checksum of a file.",
                     Schema<File>(file).optional(&File::checksum, "checksum", type_doc), digest_file),
      function<Digest>("hashutil.md5_digest", "The MD5 checksum of a text.", text, md5_digest),
      function<Digest>("hashutil.sha256_digest", "The SHA-256 checksum of a text.", text, sha256_digest),
      function<Digest>("hashutil.sha512_digest", "The SHA-512 checksum of a text.", text, sha512_digest),
      function<Digest>("hashutil.base64_b64encode", "A text in base64.", text, base64_b64encode),
      function<Digest>("hashutil.base64_b64decode", "What a text in base64 says.", text, base64_b64decode),
      function<Digest>("hashutil.base64_encodestring", "A text in base64, in lines of 76 characters.", text,
                       base64_encodestring),
      function<Digest>("hashutil.base64_decodestring", "What a text in base64 says.", text, base64_b64decode),
      function<File>("hashutil.base64_encodefile", "A file in base64, in lines of 76 characters.",
                     Schema<File>().required(&File::path, "fname", "Full path of the file."), base64_encodefile),
      function<Decode>("hashutil.base64_decodefile", "Writes what a text in base64 says to a file.",
                       Schema<Decode>()
                           .required(&Decode::instr, "instr", "The text.")
                           .required(&Decode::outfile, "outfile", "Full path of the file."),
                       base64_decodefile),
      function<Signature>("hashutil.hmac_compute", "The signature (HMAC-SHA256, base64) of a text.", signature(false),
                          hmac_compute),
      function<Signature>("hashutil.hmac_signature",
                          "True when the signature (HMAC-SHA256, base64) is that of the text.", signature(true),
                          hmac_signature),
      function<Signature>("hashutil.github_signature",
                          "True when the signature, as GitHub writes it, is that of the text.", signature(true),
                          github_signature),
  };
}

}  // namespace halite::minion
