#include "isinglass/search/search_plan.h"

#include <algorithm>

#include "isinglass/search/selection.h"

namespace isinglass {
namespace {

const std::vector<std::string> kScores{
    "validation.accuracy", "validation.loss",     "validation.rmse",         "validation.mae",
    "validation.r2",       "validation.macro_f1", "validation.macro_recall", "validation.macro_precision",
    "train.loss"};

Value at_place(Value value, const Dimension& d) {
  value.set_location(d.location);
  return value;
}

// Whatever a member may get has to be an experiment, and with pbt one that it can become while it trains.
void check_dimension(const SearchPlan& plan, const Dimension& d) {
  std::vector<Value> ends = d.choices;
  if (d.kind != Dimension::kChoice)
    ends = {d.grid().front(), d.at(0.999999),
            d.kind == Dimension::kInteger ? Value(static_cast<Index>(d.high)) : Value(d.high)};
  for (const Value& end : ends) {
    Value file = plan.file;
    // A choice keeps its own place in the file.
    set_key(file, d.key, end.where().empty() ? at_place(end, d) : end);
    const Value written = Experiment::read(file).write();
    if (!plan.is_pbt()) continue;
    for (const std::string& key : differing_keys(plan.base.write(), written))
      if (!may_change(written, key))
        throw OptionError(end.where() + "'" + d.key +
                          "' cannot change while a network trains, as method \"pbt\" needs it: settings of the "
                          "optimiser and the schedule, penalties, clipping, dropout and noise can; search the others "
                          "with random, grid or halving");
  }
}

bool has_validation(const DataOptions& data) {
  return data.validation_fraction > 0 || !data.validation.empty();
}

void check_score(const Value& section, SearchPlan& plan) {
  const Value* given = section.find("score");
  plan.score = plan.options.score;
  if (given != nullptr && std::ranges::find(kScores, plan.score) == kScores.end())
    throw OptionError(given->where() + "there is no score '" + plan.score + "'" + did_you_mean(plan.score, kScores));
  if (plan.score == "train.loss" || has_validation(plan.base.data)) return;
  throw OptionError(section.where() +
                    "a search judges its members by validation data, and [data] sets none aside: give "
                    "validation_fraction = 0.2 there, or score = \"train.loss\" here");
}

}  // namespace

SearchPlan SearchPlan::read(const Value& file) {
  const Value* section = file.find("search");
  if (section == nullptr)
    throw OptionError(
        file.where() +
        "the experiment has no section [search]; it names the method and the ranges: method = \"random\", "
        "space = { \"train.l2\" = { log_uniform = [1e-6, 1e-2] } }");
  SearchPlan plan;
  read_options(*section, plan.options, "[search]");
  plan.file = Value::Table{};
  plan.file.set_location(file.location());
  for (const auto& [key, value] : *file.as_table())
    if (key != "search") plan.file.set(key, value);
  plan.base = Experiment::read(plan.file);
  const Value* space = section->find("space");
  if (space == nullptr)
    throw OptionError(section->where() +
                      "[search] needs the setting 'space': what to vary, such as { \"train.l2\" = { log_uniform = "
                      "[1e-6, 1e-2] } }");
  plan.space = read_space(*space);
  if (plan.options.factors.empty()) throw OptionError(section->where() + "[search] factors: expected one or more");
  if (plan.is_pbt() && !plan.base.changes.list.empty())
    throw OptionError(section->where() + "[search] method \"pbt\" makes the changes itself; leave 'changes' out");
  if (plan.base.train.epochs < 1) throw OptionError(section->where() + "a search needs train.epochs of 1 or more");
  for (const Dimension& d : plan.space) check_dimension(plan, d);
  if (plan.options.method == "grid") plan.grid = grid_of(plan.space);
  check_score(*section, plan);
  return plan;
}

Values SearchPlan::first_values(Index member) const {
  return grid.empty() ? drawn(space, seed(), member) : grid[static_cast<std::size_t>(member)];
}

Value SearchPlan::member_file(const Values& values, Index seed) const {
  Value member = file;
  const Value* data = member.find("data");
  if (data == nullptr || data->find("split_seed") == nullptr) set_key(member, "data.split_seed", base.seed);
  member.set("seed", seed);
  for (std::size_t d = 0; d < space.size(); ++d) set_key(member, space[d].key, values[d]);
  return member;
}

Value SearchPlan::changed_file(const Value& before, Index epoch, const Values& from, const Values& to) const {
  Value after = before;
  Value* changes = after.find("changes");
  if (changes == nullptr) changes = &after.set("changes", Value::Array{});
  Value::Array& list = *changes->as_array();
  const auto* last = list.empty() ? nullptr : list.back().find("epoch")->as_integer();
  if (last == nullptr || *last != epoch) {
    Value change = Value::Table{};
    change.set("epoch", epoch);
    change.set("set", Value::Table{});
    list.push_back(std::move(change));
  }
  Value* set = list.back().find("set");
  for (std::size_t d = 0; d < space.size(); ++d)
    if (set->find(space[d].key) != nullptr || !(from[d] == to[d])) set->set(space[d].key, to[d]);
  if (set->as_table()->empty()) list.pop_back();
  return after;
}

double SearchPlan::sign() const {
  for (const char* smaller : {"loss", "rmse", "mae"})
    if (score.ends_with(smaller)) return -1;
  return 1;
}

}  // namespace isinglass
