// A plain struct described once: member, name, a sentence. From it come decoding with exact errors, encoding,
// documentation and help. Used for state arguments, wire messages, commands and settings.
//
//   Schema<Group>().key(&Group::name, "name", "Group to manage.")
//                  .property(&Group::gid, "gid", "Numeric id. Unset: keep its own.")
//
// A member's type decides what is accepted; its value in a default-made struct is the default.
#pragma once

#include <functional>
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

template <class T>
class Schema {
 public:
  template <class M>
  Schema& key(M T::*member, std::string name, std::string doc) {
    return add(member, std::move(name), std::move(doc), Role::key);
  }
  template <class M>
  Schema& property(M T::*member, std::string name, std::string doc) {
    return add(member, std::move(name), std::move(doc), Role::property);
  }
  template <class M>
  Schema& parameter(M T::*member, std::string name, std::string doc) {
    return add(member, std::move(name), std::move(doc), Role::parameter);
  }
  template <class M>
  Schema& required(M T::*member, std::string name, std::string doc) {
    return add(member, std::move(name), std::move(doc), Role::required);
  }
  template <class M>
  Schema& optional(M T::*member, std::string name, std::string doc) {
    return add(member, std::move(name), std::move(doc), Role::optional);
  }
  // The flags below belong to the field added last.
  Schema& secret() { fields_.back().is_secret = true; return *this; }
  Schema& show_as_text_diff() { fields_.back().shows_diff = true; return *this; }
  Schema& one_of(std::vector<std::string> texts) { fields_.back().one_of = std::move(texts); return *this; }
  Schema& deprecated(std::string advice) { fields_.back().deprecated = std::move(advice); return *this; }
  Schema& alias(std::string name) { fields_.back().aliases.push_back(std::move(name)); return *this; }

  const std::vector<Field>& fields() const { return fields_; }

  // Throws Error(invalid) with all problems, each naming its field; WHAT goes in front ("file.managed", a file name).
  T decode(const Map& map, Unknown unknown, std::string_view what) const {
    T result{};
    std::vector<std::string> problems;
    std::vector<bool> seen(fields_.size());
    for (const auto& [key, value] : map) {
      const std::string* name = key.if_string();
      const std::size_t i = name ? index_of(*name) : fields_.size();
      if (i == fields_.size()) {
        if (unknown == Unknown::refuse) problems.push_back(unknown_field(name ? *name : "(a key that is no text)", fields_));
        continue;
      }
      seen[i] = true;
      decode_field(i, value, result, problems);
    }
    for (std::size_t i = 0; i < fields_.size(); ++i)
      if (!seen[i] && (fields_[i].role == Role::key || fields_[i].role == Role::required))
        problems.push_back(fmt::format("'{}' is missing: {}", fields_[i].name, fields_[i].doc));
    if (!problems.empty()) throw_problems(problems, what);
    return result;
  }

  // Unset optionals are left out.
  Map encode(const T& object) const {
    Map map;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      Value value = accessors_[i].get(object);
      if (!(value.is_null() && accessors_[i].is_optional)) map.set(fields_[i].name, std::move(value));
    }
    return map;
  }

  // The value of one field, by its place in fields().
  Value get(const T& object, std::size_t field) const { return accessors_.at(field).get(object); }
  // True when the member is an std::optional that is unset.
  bool is_unset(const T& object, std::size_t field) const {
    return accessors_.at(field).is_optional && accessors_.at(field).get(object).is_null();
  }

 private:
  struct Accessor {
    std::function<void(const Value&, T&)> set;
    std::function<Value(const T&)> get;
    bool is_optional = false;
  };

  template <class M>
  Schema& add(M T::*member, std::string name, std::string doc, Role role) {
    Field field;
    field.name = std::move(name);
    field.doc = std::move(doc);
    field.role = role;
    field.type = Convert<M>::type_name();
    const Value standard = Convert<M>::encode(T{}.*member);
    if (role != Role::key && role != Role::required && !standard.is_null()) field.default_text = short_text(standard);
    fields_.push_back(std::move(field));
    accessors_.push_back({[member](const Value& value, T& object) { object.*member = Convert<M>::decode(value); },
                          [member](const T& object) { return Convert<M>::encode(object.*member); },
                          is_optional_v<M>});
    return *this;
  }

  std::size_t index_of(const std::string& name) const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name == name) return i;
      for (const auto& alias : fields_[i].aliases)
        if (alias == name) return i;
    }
    return fields_.size();
  }

  void decode_field(std::size_t i, const Value& value, T& result, std::vector<std::string>& problems) const {
    const Field& field = fields_[i];
    try {
      accessors_[i].set(value, result);
      const std::string* text = value.if_string();
      if (text && !field.one_of.empty() && std::find(field.one_of.begin(), field.one_of.end(), *text) == field.one_of.end())
        problems.push_back(fmt::format("'{}' is '{}', but must be one of: {}{}", field.name, *text,
                                       join(field.one_of, ", "), did_you_mean(*text, field.one_of)));
    } catch (const Error& error) {
      problems.push_back(fmt::format("'{}' {}", field.name, error.message()));
    }
  }

  std::vector<Field> fields_;
  std::vector<Accessor> accessors_;
};

}  // namespace halite
