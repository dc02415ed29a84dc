#include "isinglass/base/communicator.h"

#include <algorithm>
#include <new>

#include "isinglass/base/error.h"

namespace isinglass {

bool Communicator::any(bool own) {
  std::uint64_t word = own ? 1 : 0;
  all_or({&word, 1});
  return word != 0;
}

std::vector<std::string> Communicator::all_texts(const std::string& own) {
  const auto ranks = static_cast<std::size_t>(size()), self = static_cast<std::size_t>(rank());
  std::vector<std::uint64_t> lengths(ranks, 0);
  lengths[self] = own.size();
  all_or(lengths);
  std::vector<std::size_t> begins(ranks + 1, 0);
  for (std::size_t r = 0; r < ranks; ++r) begins[r + 1] = begins[r] + lengths[r];
  std::string all(begins.back(), '\0');
  std::ranges::copy(own, all.begin() + static_cast<std::ptrdiff_t>(begins[self]));
  all_gather(std::as_writable_bytes(std::span(all)), begins);
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < ranks; ++r) texts.push_back(all.substr(begins[r], lengths[r]));
  return texts;
}

void Communicator::check_same(const std::string& what, const std::string& own, const std::string& what_to_do) {
  const std::vector<std::string> texts = all_texts(own);
  const auto other = std::ranges::find_if(texts, [&](const std::string& text) { return text != texts[0]; });
  if (other != texts.end())
    throw InputError("the " + what + " of rank 0 and rank " + std::to_string(other - texts.begin()) +
                     " differ: " + texts[0] + " and " + *other + "; " + what_to_do);
}

void Communicator::agree(const std::function<void()>& work) {
  std::string failure;  // its exit status, then its line
  try {
    work();
  } catch (const Error& error) {
    failure = static_cast<char>('0' + error.exit_status()) + std::string(error.what());
  } catch (const std::bad_alloc&) {
    failure = "1there is not enough memory";
  }
  const std::vector<std::string> failures = all_texts(failure);
  const auto first = std::ranges::find_if(failures, [](const std::string& text) { return !text.empty(); });
  if (first == failures.end()) return;
  const bool is_of_all = std::ranges::all_of(failures, [&](const std::string& text) { return text == *first; });
  const std::string who = is_of_all ? "" : "rank " + std::to_string(first - failures.begin()) + ": ";
  throw Error(who + first->substr(1), first->front() - '0');
}

}  // namespace isinglass
