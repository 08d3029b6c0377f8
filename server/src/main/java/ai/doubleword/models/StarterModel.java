package ai.doubleword.models;

import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.Optional;

/// The model that a newcomer to an account calls first. Blocking, thread-safe.
@Singleton
public final class StarterModel {
    private final Database database;
    private final VisibleModels visible;

    StarterModel(Database database, VisibleModels visible) {
        this.database = database;
        this.visible = visible;
    }

    /// The first chat model that the caller's account may see, else any.
    public Optional<String> find() {
        return database.engine().withHandle(visible::all).stream()
                .min(Comparator.comparing((ModelEntry model) -> model.type() != ModelType.CHAT)
                        .thenComparing(ModelEntry::name))
                .map(ModelEntry::name);
    }
}
