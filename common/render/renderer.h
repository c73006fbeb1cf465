// Templates to text, and files through the renderer pipeline ("jinja|yaml") to data.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/data/value.h"
#include "common/render/options.h"

namespace halite::render {

struct Source {
  std::string name;  // for messages: "salt://web/map.jinja"
  std::string text;
};

// Where include, import and extends find files.
class TemplateLoader {
 public:
  virtual ~TemplateLoader() = default;
  // `path` is relative to the root of the environment and holds no ".." that leads out of it; `from` is the template
  // that asks. Nothing when there is no such file.
  virtual std::optional<Source> load(std::string_view path, std::string_view from) = 0;
};

// What salt['x.y'] is: it may throw Error, which becomes "Problem running salt function in Jinja template: ...".
using Function = std::function<Value(const std::vector<Value>& positional, const Map& named)>;

class FunctionTable {
 public:
  virtual ~FunctionTable() = default;
  // Null when there is none.
  virtual const Function* find(std::string_view name) const = 0;
  virtual std::vector<std::string> names() const = 0;
  // What the error for a name that it does not know should say besides; begins with "; ".
  virtual std::string why_missing(std::string_view name) const {
    (void)name;
    return {};
  }
};

// Opens an armoured PGP message; throws Error.
using Decryptor = std::function<std::string(const std::string& message)>;

// What a template sees. All pointers may be null and must outlive the call.
struct Context {
  // pillar, grains, opts, saltenv, sls, slspath, tplfile, ... Lists and maps in it are shared with the template: what
  // {% do pillar.update(...) %} changes, the caller sees, as in Salt. Give copy_for_render(...) where that is not wanted.
  Map variables;
  const FunctionTable* salt = nullptr;
  TemplateLoader* loader = nullptr;
  Decryptor decrypt;  // for the renderer gpg; without it an encrypted value is an error
  Options options;
  Limits limits;
};

// A copy down to the last list and map, for a value a template must not be able to change.
Value copy_for_render(const Value& value);

// An error with its place in the template, also where an include, an import or a macro of another file led to it.
class RenderError : public Error {
 public:
  RenderError(ErrorKind kind, std::string file, int line, std::string reason, std::string excerpt, int rendered_line = 0);
  const std::string& file() const { return file_; }
  int line() const { return line_; }  // from 1; 0 when there is none
  // Where Salt points, which knows no lines of blocks and of the values of `with`: before them. Else those above.
  const std::string& salt_file() const { return salt_line_ > 0 ? salt_file_ : file_; }
  int salt_line() const { return salt_line_ > 0 ? salt_line_ : line_; }
  RenderError with_salt_place(std::string file, int line) const;
  // For an error of YAML or JSON behind Jinja: the line of what Jinja made; else 0.
  int rendered_line() const { return rendered_line_; }
  // What was wrong, as Salt words it: "Jinja variable 'x' is undefined".
  const std::string& reason() const { return reason_; }
  // The lines around it, the one marked.
  const std::string& excerpt() const { return excerpt_; }

 private:
  std::string file_;
  int line_;
  std::string reason_;
  std::string excerpt_;
  int rendered_line_;
  std::string salt_file_;
  int salt_line_ = 0;
};

// Throws RenderError. As Salt has it, a final newline of the template is kept.
std::string render_jinja(std::string_view text, std::string_view source_name, const Context& context);

// The whole pipeline: the "#!jinja|yaml" line of the text, or `default_renderer`. Known: jinja, yaml, json, text, gpg.
// The result of an empty document is an empty map. Throws RenderError, for YAML errors with the line of the template
// that made the faulty line; Error(invalid) with the list for an unknown renderer.
Value render(std::string_view text, std::string_view source_name, const Context& context,
             std::string_view default_renderer = "jinja|yaml");

}  // namespace halite::render
