package ai.doubleword.models;

import ai.doubleword.docs.SampleModels;
import ai.doubleword.platform.Database;
import jakarta.inject.Singleton;
import java.util.List;

/// Tells the documentation which models its samples can call. Blocking, thread-safe.
@Singleton
final class ModelsOfSamples implements SampleModels {
    private final Database database;
    private final VisibleModels visible;

    ModelsOfSamples(Database database, VisibleModels visible) {
        this.database = database;
        this.visible = visible;
    }

    @Override
    public List<String> ofType(String type) {
        return database.engine().withHandle(visible::all).stream()
                .filter(model -> model.type().wire().equals(type))
                .map(ModelEntry::name)
                .toList();
    }
}
