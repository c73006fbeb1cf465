#include "tests/golden/compile_minion.h"

#include "common/render/sls.h"
#include "common/target/target.h"
#include "pillar/functions.h"

namespace halite::golden {

states::Compiled compile_minion(FileTree& files, const MinionFacts& minion, const Map& pillar,
                                const states::CompileOptions& options, const std::optional<std::string>& saltenv,
                                const std::function<states::Compiled(const states::CompileContext&)>& compile) {
  const auto pillar_copy = render::copy_for_render(pillar);
  const auto grains = render::copy_for_render(minion.grains);
  const pillar::PillarFunctions functions(minion.id, grains, pillar_copy, minion.opts, minion.nodegroups, minion.functions);
  const states::CompileContext context{
      .files = files,
      .render =
          [&](const SlsFile& file) {
            render::Context values;
            values.variables = Map{{"pillar", pillar_copy}, {"grains", grains}, {"opts", minion.opts}};
            values.salt = &functions;
            return render::render_sls(file, files, std::move(values));
          },
      .matches =
          [&](const std::string& target, const std::string& matcher) {
            return target::Matcher::compile(target::kind_from(matcher), target, ":", minion.nodegroups)
                .matches({minion.id, &minion.grains, pillar_copy.if_map()});
          },
      .saltenv = saltenv,
      .options = options,
      .pillar = &pillar};
  return compile(context);
}

}  // namespace halite::golden
