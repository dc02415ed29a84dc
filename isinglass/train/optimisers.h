// isinglass/train/optimisers.h - the list of all optimisers.
#pragma once
#include "isinglass/train/optimisers/adagrad.h"
#include "isinglass/train/optimisers/adam.h"
#include "isinglass/train/optimisers/adamw.h"
#include "isinglass/train/optimisers/momentum.h"
#include "isinglass/train/optimisers/nesterov.h"
#include "isinglass/train/optimisers/rmsprop.h"
#include "isinglass/train/optimisers/sgd.h"
