// isinglass/train/schedules.h - the list of all learning-rate schedules.
#pragma once
#include "isinglass/train/schedules/compounding_decay.h"
#include "isinglass/train/schedules/constant.h"
#include "isinglass/train/schedules/cosine.h"
#include "isinglass/train/schedules/exponential_decay.h"
#include "isinglass/train/schedules/reduce_on_plateau.h"
#include "isinglass/train/schedules/step_decay.h"
#include "isinglass/train/schedules/time_decay.h"
