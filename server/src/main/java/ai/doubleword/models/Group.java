package ai.doubleword.models;

import ai.doubleword.platform.Ids;
import java.util.List;

/// A group to whom models are open.
///
/// @param models names of those that it opens
/// @param accounts how many are in it
public record Group(long id, String name, List<String> models, long accounts) {
    static final String PREFIX = "group";

    public Group {
        models = List.copyOf(models);
    }

    /// As addresses have it.
    public String publicId() {
        return Ids.format(PREFIX, id);
    }
}
