// A plain struct described once: member, name, a sentence. From it come decoding with exact errors, encoding,
// documentation and help. Used for state arguments, wire messages, commands and settings.
//
//   Schema<Group>().key(&Group::name, "name", "Group to manage.")
//                  .property(&Group::gid, "gid", "Numeric id. Unset: keep its own.")
//
// A member's type decides what is accepted; its value in a default-made struct is the default.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/convert.h"
#include "common/data/value.h"

namespace halite {

enum class Role {
  key,        // identity of a resource; must be given
  property,   // observed, compared, enforced
  parameter,  // steers the work; not observed
  required,   // of a message or settings
  optional,
};

// What to do with a field that the schema does not know.
enum class Unknown {
  refuse,  // written by people: an error with the nearest name
  ignore,  // written by programs: old and new must understand each other
};

// One described member, without the type of its struct: for documentation, help and listings.
struct Field {
  std::string name;
  std::string doc;          // a sentence
  std::string type;         // "text", "integer", "list of text", ...
  std::string default_text; // as YAML would show it; empty when there is none
  Role role = Role::optional;
  bool is_secret = false;             // masked in changes, logs and returns
  bool shows_diff = false;            // changes are shown as a unified diff of text
  std::vector<std::string> one_of;    // the only texts allowed, when not empty
  std::string deprecated;             // "use X instead"
  std::vector<std::string> aliases;   // other accepted names
};

// Throws one Error(invalid) that lists every problem.
[[noreturn]] void throw_problems(const std::vector<std::string>& problems, std::string_view what);
// The problem line of an unknown field, with the nearest name.
std::string unknown_field(std::string_view name, const std::vector<Field>& fields);

// What a schema does with a member of one type, wherever it stands.
struct MemberType {
  std::string (*name)();
  void (*decode)(const Value& value, void* member);
  Value (*encode)(const void* member);
  bool is_optional;
};

template <class M>
struct MemberOf {
  static void decode(const Value& value, void* member) { *static_cast<M*>(member) = Convert<M>::decode(value); }
  static Value encode(const void* member) { return Convert<M>::encode(*static_cast<const M*>(member)); }
};
template <class M>
inline constexpr MemberType member_type{Convert<M>::type_name, MemberOf<M>::decode, MemberOf<M>::encode, is_optional_v<M>};

// Compiled once, in schema.cpp: nearly every member is one of these.
extern template struct MemberOf<std::string>;
extern template struct MemberOf<bool>;
extern template struct MemberOf<std::int64_t>;
extern template struct MemberOf<Value>;
extern template struct MemberOf<Map>;
extern template struct MemberOf<std::optional<std::string>>;
extern template struct MemberOf<std::optional<bool>>;
extern template struct MemberOf<std::optional<std::int64_t>>;
extern template struct MemberOf<std::vector<std::string>>;
extern template struct MemberOf<std::vector<Value>>;
extern template struct MemberOf<std::chrono::milliseconds>;

// A Schema without the type of its struct: members by their place in it. All work is done here, once for all structs.
class MemberTable {
 public:
  const std::vector<Field>& fields() const { return fields_; }

 protected:
  // `standard` is the member in a default-made struct.
  void add(const MemberType& type, std::size_t offset, const void* standard, std::string_view name, std::string_view doc, Role role);
  Field& last() { return fields_.back(); }
  void decode(void* object, const Map& map, Unknown unknown, std::string_view what) const;
  Map encode(const void* object) const;
  Value get(const void* object, std::size_t field) const;
  bool is_unset(const void* object, std::size_t field) const;

 private:
  struct Member {
    const MemberType* type;
    std::size_t offset;
  };
  std::size_t index_of(const std::string& name) const;
  void decode_field(std::size_t i, const Value& value, void* object, std::vector<std::string>& problems) const;

  std::vector<Field> fields_;
  std::vector<Member> members_;
};

template <class T>
class Schema : public MemberTable {
 public:
  template <class M>
  Schema& key(M T::*member, std::string_view name, std::string_view doc) {
    return add(member, name, doc, Role::key);
  }
  template <class M>
  Schema& property(M T::*member, std::string_view name, std::string_view doc) {
    return add(member, name, doc, Role::property);
  }
  template <class M>
  Schema& parameter(M T::*member, std::string_view name, std::string_view doc) {
    return add(member, name, doc, Role::parameter);
  }
  template <class M>
  Schema& required(M T::*member, std::string_view name, std::string_view doc) {
    return add(member, name, doc, Role::required);
  }
  template <class M>
  Schema& optional(M T::*member, std::string_view name, std::string_view doc) {
    return add(member, name, doc, Role::optional);
  }
  // The flags below belong to the field added last.
  Schema& secret() { last().is_secret = true; return *this; }
  Schema& show_as_text_diff() { last().shows_diff = true; return *this; }
  Schema& one_of(std::vector<std::string> texts) { last().one_of = std::move(texts); return *this; }
  Schema& deprecated(std::string_view advice) { last().deprecated = advice; return *this; }
  Schema& alias(std::string_view name) { last().aliases.emplace_back(name); return *this; }

  // Throws Error(invalid) with all problems, each naming its field; WHAT goes in front ("file.managed", a file name).
  T decode(const Map& map, Unknown unknown, std::string_view what) const {
    T result{};
    MemberTable::decode(&result, map, unknown, what);
    return result;
  }

  // Unset optionals are left out.
  Map encode(const T& object) const { return MemberTable::encode(&object); }

  // The value of one field, by its place in fields().
  Value get(const T& object, std::size_t field) const { return MemberTable::get(&object, field); }
  // True when the member is an std::optional that is unset.
  bool is_unset(const T& object, std::size_t field) const { return MemberTable::is_unset(&object, field); }

 private:
  template <class M>
  Schema& add(M T::*member, std::string_view name, std::string_view doc, Role role) {
    const T& whole = standard();
    const M& part = whole.*member;
    const auto offset = reinterpret_cast<const char*>(&part) - reinterpret_cast<const char*>(&whole);
    MemberTable::add(member_type<M>, static_cast<std::size_t>(offset), &part, name, doc, role);
    return *this;
  }

  static const T& standard() {
    static const T object{};
    return object;
  }
};

}  // namespace halite
