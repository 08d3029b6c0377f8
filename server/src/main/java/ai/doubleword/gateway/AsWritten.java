package ai.doubleword.gateway;

import ai.doubleword.platform.Problem;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// A call of a translated dialect for those targets that speak the dialect themselves.
///
/// @param body what they get
/// @param otherwise why the translation cannot say it, so that no other target takes the call; absent where it can
public record AsWritten(Buffer body, @Nullable Problem otherwise) {}
