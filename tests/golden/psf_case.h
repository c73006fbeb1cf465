// One recorded case of python/psf-salt: its inputs, what was recorded, and compiling it with our code.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/render/renderer.h"
#include "pillar/compiler.h"
#include "states/compile/compile.h"
#include "tests/support/fake_host.h"

namespace halite::golden {

// Where the inputs are: a checkout of python/psf-salt, and a folder laid out like ../shared/golden/psf-salt.
struct PsfFolders {
  std::string psf;
  std::string golden;
};

class PsfCase {
 public:
  // `about` is the case's entry of minions.json.
  PsfCase(const PsfFolders& folders, const Value& about);
  ~PsfCase();

  const std::string& name() const { return name_; }
  const PsfFolders& folders() const { return folders_; }
  Value recorded(const std::string& file) const;  // "lowstate.json"

  pillar::Pillar compile_pillar() const;
  // Each on a copy of the pillar of its own, as a render may change it.
  states::Compiled compile_top(const Map& pillar) const;
  states::Compiled compile_highstate(const Map& pillar) const;
  // The text of a file.managed chunk with a template, and of one with contents or contents_pillar.
  std::string render_file(const Map& chunk, const Map& pillar) const;
  static std::string contents_of(const Map& chunk, const Map& pillar);

 private:
  class Tables;
  Value read(const std::string& path) const;
  std::vector<pillar::NamedExternal> externals() const;

  PsfFolders folders_;
  std::string name_, id_, environment_;
  bool has_stubs_ = true;
  Value config_;
  Map grains_;
  Map nodegroups_;
  Map opts_;
  std::unique_ptr<Tables> tables_;
  std::unique_ptr<FakeHost> host_;  // with the files that external pillars read
  std::shared_ptr<FileTree> states_;
  std::shared_ptr<FileTree> pillars_;
};

}  // namespace halite::golden
