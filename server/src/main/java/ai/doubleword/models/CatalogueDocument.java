package ai.doubleword.models;

import ai.doubleword.providers.ProviderSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Providers and models as code. A section that is absent says nothing; one that is there is complete where it is
/// applied with removal: what it does not list goes.
///
/// @param providers where models run
/// @param models what customers call, with routes, groups and prices
public record CatalogueDocument(
        @Nullable List<ProviderSpec> providers, @Nullable List<ModelSpec> models) {}
