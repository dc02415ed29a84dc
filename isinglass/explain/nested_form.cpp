#include "isinglass/explain/nested_form.h"

#include <algorithm>
#include <span>

namespace isinglass {
namespace {

using Word = std::span<const std::size_t>;

// Takes the factor off all words that they begin (or end) with; false when they have none in common.
bool take_common(std::vector<Word>& words, bool at_front, std::vector<std::size_t>& taken) {
  const auto end_of = [&](const Word& w) { return at_front ? w.front() : w.back(); };
  if (std::ranges::any_of(words, [](const Word& w) { return w.empty(); })) return false;
  const std::size_t factor = end_of(words[0]);
  if (std::ranges::any_of(words, [&](const Word& w) { return end_of(w) != factor; })) return false;
  for (Word& w : words) w = at_front ? w.subspan(1) : w.first(w.size() - 1);
  taken.push_back(factor);
  return true;
}

NestedForm nest(std::vector<Word> words, bool front_first) {
  NestedForm form;
  while (take_common(words, true, form.before)) {
  }
  if (words.size() == 1) return form;
  while (take_common(words, false, form.after)) {
  }
  std::ranges::reverse(form.after);
  std::vector<std::vector<Word>> groups;
  for (const Word& word : words) {
    const auto same = [&](const std::vector<Word>& group) {
      const Word& other = group[0];
      if (word.empty() || other.empty()) return false;
      return front_first ? word.front() == other.front() : word.back() == other.back();
    };
    const auto found = std::ranges::find_if(groups, same);
    if (found == groups.end())
      groups.push_back({word});
    else
      found->push_back(word);
  }
  for (std::vector<Word>& group : groups) form.terms.push_back(nest(std::move(group), front_first));
  return form;
}

}  // namespace

std::size_t NestedForm::factor_count() const {
  std::size_t count = before.size() + after.size();
  for (const NestedForm& term : terms) count += term.factor_count();
  return count;
}

NestedForm nested_form(const Derivation& derivation) {
  std::vector<Word> words;
  for (const Derivation::Path& path : derivation.paths) words.emplace_back(path.factors);
  if (words.empty()) return {};
  NestedForm by_front = nest(words, true), by_back = nest(words, false);
  return by_back.factor_count() < by_front.factor_count() ? by_back : by_front;
}

}  // namespace isinglass
