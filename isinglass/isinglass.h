// isinglass/isinglass.h - all that a program needs to build, train, save and ask a network.
//
// Each room's headers can be included alone; this one is for short programs.
#pragma once
#include "isinglass/data/load.h"
#include "isinglass/model/model_file.h"
#include "isinglass/nn/initialisers.h"
#include "isinglass/nn/layers.h"
#include "isinglass/nn/losses.h"
#include "isinglass/train/network.h"
#include "isinglass/train/optimisers.h"
#include "isinglass/train/run.h"
#include "isinglass/train/schedules.h"
