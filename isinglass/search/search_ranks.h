// isinglass/search/search_ranks.h - the members of a search spread over the ranks that mpirun has started.
//
// The first rank has the board; it hands tasks to the others as bytes and takes their results. A task is a function of
// its bytes (member.h): where it runs changes nothing, and a synchronous search gives the same with any number of ranks.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "isinglass/base/communicator.h"
#include "isinglass/search/member.h"

namespace isinglass {

std::string bytes_of(const MemberTask& task);
MemberTask read_member_task(std::string_view bytes);
std::string bytes_of(const MemberResult& result);
// Throws the error of a task that could not be begun.
MemberResult read_member_result(std::string_view bytes);

constexpr std::string_view kNoMoreTasks = "";

// Trains what the first rank sends, all of it at the same time, until there are no more tasks.
void follow_search(Communicator& ranks, const SearchPlan& plan, SearchData& data,
                   const std::function<bool()>& should_stop);

}  // namespace isinglass
