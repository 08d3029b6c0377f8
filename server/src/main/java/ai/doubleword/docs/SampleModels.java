package ai.doubleword.docs;

import java.util.List;

/// The models that samples can be made to call.
public interface SampleModels {
    /// The names of those that the caller's account may use.
    ///
    /// @param type `chat` or `embedding`
    List<String> ofType(String type);
}
