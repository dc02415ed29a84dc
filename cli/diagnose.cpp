// cli/diagnose.cpp - what is wrong with a training run, how one sees it, why, and what to try.
#include "isinglass/explain/diagnose.h"

#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/output.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string run;
  bool json = false;
};

int diagnose_run(const Arguments& a) {
  RunReader run(a.run);
  if (run.store() == nullptr)
    say(a.run + " has no record (record = \"off\"), so that the course of training cannot be judged");
  const std::vector<Finding> findings = diagnose(Checkup(run));
  if (a.json) {
    Value::Array list;
    for (const Finding& finding : findings) list.push_back(finding.write());
    Value document = Value::Table{};
    document.set("run", a.run);
    document.set("findings", std::move(list));
    print_json(document);
    return 0;
  }
  if (findings.empty()) print(fmt::format("{}: nothing wrong among {} things to look for\n", a.run, checks().size()));
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& f = findings[i];
    print(fmt::format("{}{}. {}{}{}\n   seen:  {}\n   why:   {}\n   try:   {}\n", i == 0 ? "" : "\n", i + 1, f.kind,
                      f.layer.empty() ? "" : " in " + f.layer,
                      f.quantity.empty() ? "" : fmt::format("  ({}, epoch {})", f.quantity, f.epoch), f.evidence, f.why,
                      f.cure));
  }
  return 0;
}

}  // namespace

Command diagnose_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "diagnose",
          .summary = "What is wrong with a training run: evidence, reason and cure.",
          .example = "isinglass diagnose runs/mnist-mlp",
          .arguments = {{"RUN", "", "directory of a run", &a->run, true},
                        {"--json", "", "one JSON document on standard output", &a->json}},
          .run = [a] { return diagnose_run(*a); }};
}

}  // namespace isinglass
