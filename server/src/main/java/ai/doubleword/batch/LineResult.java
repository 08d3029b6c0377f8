package ai.doubleword.batch;

import ai.doubleword.platform.AccountEvent;
import ai.doubleword.usage.UsageRecord;
import org.jspecify.annotations.Nullable;

/// A line's result, about to be recorded.
///
/// @param run its chunk
/// @param place its place there
/// @param position its position in the file
/// @param good whether it was answered
/// @param bytes the line of the output or error file
/// @param usage the usage row of it; absent where no call was made
/// @param news what webhooks hear of it; absent for lines of files
@SuppressWarnings("ArrayRecordComponent") // made once, then only read
record LineResult(
        ChunkRun run,
        int place,
        int position,
        boolean good,
        byte[] bytes,
        @Nullable UsageRecord usage,
        @Nullable AccountEvent news) {}
