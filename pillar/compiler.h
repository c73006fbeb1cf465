// The pillar compiler: top file and SLS files of a pillar tree to one minion's pillar, as Salt 3006 makes it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/render/renderer.h"
#include "common/target/target.h"
#include "pillar/decrypt.h"
#include "pillar/merge.h"

namespace halite::pillar {

// Options of the master, with Salt's names and defaults.
struct PillarOptions {
  std::string state_top = "top.sls";
  std::string renderer = "jinja|yaml";
  MergeOptions merge = {};             // pillar_source_merging_strategy, pillar_merge_lists
  bool includes_override_sls = false;  // pillar_includes_override_sls
  bool ext_pillar_first = false;
  std::optional<std::string> pillarenv = {};  // for requests that name none
  bool pillarenv_from_saltenv = false;        // else that of the states counts
  bool safe_render_error = true;  // pillar_safe_render_error: the minion is not told why an SLS failed
  target::Nodegroups nodegroups = {};
  render::Options jinja = {};      // jinja_sls_env
  Decryption decryption = {};      // decrypt_pillar
  render::Decryptor decrypt = {};  // for those and for the renderer gpg; both refuse encrypted values without it
  Map opts = {};             // what templates see as `opts`
  bool pillar_opts = false;  // and minions as pillar key "master"
};

// Who the pillar is for. The id is the one the session proved, never one that a payload names.
struct PillarRequest {
  std::string minion_id;
  Map grains = {};
  std::string saltenv = {};                   // the states' environment; empty when none is chosen
  std::optional<std::string> pillarenv = {};  // only this environment's pillar
  Map override_data = {};  // pillar data given on the command line; merged over everything
};

// Something that did not work, for the master's log and for the operator.
struct PillarProblem {
  std::string text;       // in full
  std::string file = {};  // path in the tree; empty when it is no file's fault
  int line = 0;           // from 1; 0 when it is not known
  std::string told = {};  // what the minion is told of it, when that is not the text
};

struct Pillar {
  Map data;                             // with _errors when something failed: then it must not be applied
  std::vector<PillarProblem> problems;  // one for each of _errors
  Map matches;                          // environment -> SLS names that the top file gave
  Map revisions;                        // environment -> FileTree::revision() it was compiled from, several with ", "

  bool ok() const { return problems.empty(); }
};

// An external pillar: looks at the pillar so far, may change it in place (as Salt's may), and gives what is to be
// merged into it. Throws Error, which becomes one of _errors.
using ExternalPillar = std::function<Map(const PillarRequest& request, Map& pillar)>;
struct NamedExternal {
  std::string name;  // for messages: "consul"
  ExternalPillar run;
};

class PillarCompiler {
 public:
  // `functions` is what templates may call beyond those that need nothing (pillar.get, grains.get, match.*, ...); may
  // be null, and must outlive the compiler.
  PillarCompiler(PillarOptions options, std::vector<NamedExternal> externals = {},
                 const render::FunctionTable* functions = nullptr);

  // Never throws for what is wrong with the tree: that is in `problems`. Keeps nothing from one minion to the next, and
  // may be called from several threads.
  Pillar compile(FileTree& tree, const PillarRequest& request) const;
  // Several trees, each with a top file of its own, merged in their order; external pillars then see the whole.
  Pillar compile(const std::vector<std::shared_ptr<FileTree>>& trees, const PillarRequest& request) const;

  const PillarOptions& options() const { return options_; }
  // The request with what the options say where it says nothing: its environment.
  PillarRequest completed(PillarRequest request) const;

 private:
  // Adds the files of one tree.
  void add_tree(FileTree& tree, const PillarRequest& request, const Map& seen, Pillar& result) const;
  void decrypt_all(Pillar& result) const;
  template <class AddTrees>
  Pillar compile_all(const PillarRequest& request, AddTrees add_trees) const;


  PillarOptions options_;
  std::vector<NamedExternal> externals_;
  const render::FunctionTable* functions_;
};

}  // namespace halite::pillar
