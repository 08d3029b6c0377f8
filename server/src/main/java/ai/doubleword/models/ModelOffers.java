package ai.doubleword.models;

import jakarta.inject.Singleton;
import java.util.List;

/// The models that the caller's account may call, with what they cost tier by tier, for pages that call them. Blocking,
/// thread-safe.
@Singleton
public final class ModelOffers {
    private final ModelShelf shelf;

    ModelOffers(ModelShelf shelf) {
        this.shelf = shelf;
    }

    /// Those of a type, by name.
    public List<ModelRow> ofType(ModelType type) {
        return shelf.all().stream()
                .filter(model -> model.type().equals(type.wire()))
                .toList();
    }
}
