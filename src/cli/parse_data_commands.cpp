#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/data_commands.hpp"

namespace homeport::cli {

void add_data_commands(CLI::App& app, Invocation& invocation) {
  auto* data =
      app.add_subcommand("data", "copy files to and from datastores")->require_subcommand(1);

  struct Copy {
    std::string source;
    std::string target;
    bool recursive = false;
  };
  auto* copy = data->add_subcommand("cp", "copy; one side is DATASTORE:PATH");
  auto options = std::make_shared<Copy>();
  copy->add_option("source", options->source, "what to copy")->required();
  copy->add_option("target", options->target, "where to")->required();
  copy->add_flag("-r,--recursive", options->recursive, "a folder with all that is in it");
  copy->callback([&invocation, options] {
    invocation.command = [options](Context& context) {
      return data_copy(context, options->source, options->target,
                       options->recursive ? Recursive::Yes : Recursive::No);
    };
  });

  auto* list = data->add_subcommand("ls", "the datastores, or what is in DATASTORE:PATH");
  auto place = std::make_shared<std::string>();
  list->add_option("place", *place, "DATASTORE:PATH");
  list->callback([&invocation, place] {
    invocation.command = [place](Context& context) { return data_list(context, *place); };
  });
}

}  // namespace homeport::cli
