package ai.doubleword.platform;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;

/// Nothing but the place of an annotation that holds for every `@QuarkusTest` of this module.
@WithTestResource(value = TestDatabaseResource.class, scope = TestResourceScope.GLOBAL)
final class TestServer {
    private TestServer() {}
}
