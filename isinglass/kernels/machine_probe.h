// isinglass/kernels/machine_probe.h - what this machine can do at most, measured: multiply-adds and bytes moved.
//
// The limits that a kernel's speed is told as a fraction of. They hold for the instruction set in use
// (instruction_set.h) and for the moment: other processes on the machine lower them.
#pragma once
#include "isinglass/base/thread_pool.h"

namespace isinglass::kernels {

// Floating-point operations a second of independent multiply-adds (two each) in registers, on all threads of the pool
// together, the best of what about `seconds` allow. T is float or double.
template <class T>
double multiply_add_rate(ThreadPool& pool, double seconds);

// Bytes a second read again and again from memory of `bytes` in all, shared out over the threads of the pool: the
// rate of the smallest cache that holds them.
double read_rate(ThreadPool& pool, double bytes, double seconds);

// Bytes a second that the caller writes where all threads of the pool have just read: what threads pay who compute from
// numbers that one of them changes. Several times less where their cores share no cache. The mean over `seconds`, at
// least one pass.
double shared_write_rate(ThreadPool& pool, double bytes, double seconds);

}  // namespace isinglass::kernels
