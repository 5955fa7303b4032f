#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/run_commands.hpp"
#include "cli/submit_command.hpp"

namespace homeport::cli {
namespace {

void add_submit(CLI::App& run, Invocation& invocation) {
  auto* command = run.add_subcommand(
      "submit", "run a script on a cluster: submit --cluster C train.py -- ARGS...");
  auto options = std::make_shared<SubmitOptions>();
  Submission& submission = options->submission;
  command->add_option("-c,--cluster", submission.cluster, "where to run")->required();
  command->add_option("-n,--nodes", submission.nodes, "how many nodes at once")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("-e,--experiment", submission.experiment,
                      "what it belongs to (default: this folder's name)");
  command->add_option("--env", options->settings, "NAME=VALUE for the script; repeatable")
      ->allow_extra_args(false);
  command
      ->add_option("--pip", submission.pip_packages,
                   "a package for the script's environment; repeatable")
      ->allow_extra_args(false);
  command->add_option("--name", submission.display_name, "a name for people");
  command->add_option("--source", options->source,
                      "the folder that goes along (default: the script's)");
  command->add_flag("!--no-follow", options->follow, "come back as soon as it is submitted");
  command->add_option("script", options->script, "the script to run")->required();
  command->add_option("arguments", submission.arguments, "its arguments; options go behind --");
  command->callback([&invocation, options] {
    auto& arguments = options->submission.arguments;
    arguments.insert(arguments.end(), invocation.after_dashes.begin(),
                     invocation.after_dashes.end());
    invocation.command = [options](Context& context) { return run_submit(context, *options); };
  });
}

void add_list(CLI::App& run, Invocation& invocation) {
  auto* command = run.add_subcommand("list", "the newest runs");
  auto filter = std::make_shared<RunFilter>();
  command->add_option("-e,--experiment", filter->experiment, "of this experiment only");
  command->add_option("-s,--state", filter->state, "in this state only, such as Running");
  command->add_option("--limit", filter->limit, "at most so many; 0 for all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->callback([&invocation, filter] {
    invocation.command = [filter](Context& context) { return run_list(context, *filter); };
  });
}

void add_logs(CLI::App& run, Invocation& invocation) {
  struct Options {
    std::string run_id;
    std::string file;
    bool follow = false;
  };
  auto* command = run.add_subcommand("logs", "print what a run has written");
  auto options = std::make_shared<Options>();
  command->add_option("run", options->run_id, "its id")->required();
  command->add_option("--file", options->file, "this log only, as `run show` names it");
  command->add_flag("-f,--follow", options->follow, "go on until the run ends");
  command->callback([&invocation, options] {
    invocation.command = [options](Context& context) {
      return run_logs(context, options->run_id, options->file,
                      options->follow ? Follow::Yes : Follow::No);
    };
  });
}

void add_of_one_run(CLI::App& run, Invocation& invocation, const char* name, const char* help,
                    int (*function)(Context&, const std::string&)) {
  auto* command = run.add_subcommand(name, help);
  auto run_id = std::make_shared<std::string>();
  command->add_option("run", *run_id, "its id")->required();
  command->callback([&invocation, run_id, function] {
    invocation.command = [run_id, function](Context& context) {
      return function(context, *run_id);
    };
  });
}

}  // namespace

void add_run_commands(CLI::App& app, Invocation& invocation) {
  auto* run = app.add_subcommand("run", "submit runs and look at them")->require_subcommand(1);
  add_submit(*run, invocation);
  add_list(*run, invocation);
  add_of_one_run(*run, invocation, "show", "one run with metrics and logs", run_show);
  add_logs(*run, invocation);
  add_of_one_run(*run, invocation, "cancel", "end a run", run_cancel);
  add_of_one_run(*run, invocation, "why", "why a run is where it is", run_why);
}

}  // namespace homeport::cli
