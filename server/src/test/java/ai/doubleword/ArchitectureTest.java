package ai.doubleword;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.doubleword.platform.RoutePolicy;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.smallrye.config.ConfigMapping;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.ws.rs.HttpMethod;
import java.net.URL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The rules of the architecture, as the build holds them.
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("ai.doubleword");

    /// Who may open connections: the one checked egress, the relay that it configures, the commands' loopback client,
    /// the database, and the check whether a port answers.
    private static final String MAY_CONNECT =
            "ai\\.doubleword\\.platform\\.(Egress|OperatorClient|Database.*|Embedded.*|Postgres.*|Migrations)(\\$.*)?";

    @Test
    void packagesHaveNoCycles() {
        ArchRule rule = slices().matching("ai.doubleword.(*)..").should().beFreeOfCycles();
        rule.check(CLASSES);
    }

    @Test
    void nobodyDependsOnTheGatewayButWhoSubmitsCalls() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(
                        "ai.doubleword.gateway..",
                        "ai.doubleword.playground..",
                        "ai.doubleword.batch..",
                        "ai.doubleword.responses..",
                        "ai.doubleword.demo..",
                        "ai.doubleword")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.doubleword.gateway..");
        rule.check(CLASSES);
    }

    @Test
    void platformDependsOnNoFeature() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("ai.doubleword.platform..")
                .should()
                .dependOnClassesThat(resideInAPackage("ai.doubleword.(*)..")
                        .and(DescribedPredicate.not(resideInAPackage("ai.doubleword.platform..")))
                        .and(DescribedPredicate.not(resideInAPackage("ai.doubleword.simulator.."))));
        rule.check(CLASSES);
    }

    @Test
    void theDataPlaneTouchesNoDatabase() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage("ai.doubleword.gateway..", "ai.doubleword.limits..")
                .and()
                .haveSimpleNameNotEndingWith("Store")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.jdbi..", "org.postgresql..", "io.agroal..");
        rule.check(CLASSES);
    }

    @Test
    void theDataPlaneNeverBlocks() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage("ai.doubleword.gateway..", "ai.doubleword.limits..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethodWhere(target(owner(assignableTo(java.util.concurrent.Future.class)))
                        .and(target(nameMatching("get|join"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(java.util.concurrent.CountDownLatch.class)))
                        .and(target(nameMatching("await"))))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files");
        rule.check(CLASSES);
    }

    @Test
    void onlyStoresSpeakSql() {
        ArchRule rule = noClasses()
                .that()
                .haveNameNotMatching(
                        "ai\\.doubleword\\.(.*Store|platform\\.(Database.*|Embedded.*|Postgres.*|Migrations|InstallationStore))(\\$.*)?")
                .should()
                .callMethodWhere(
                        target(owner(resideInAPackage("org.jdbi..")))
                                .and(
                                        target(
                                                nameMatching(
                                                        "createQuery|createUpdate|createScript|createBatch|prepareBatch|createCall|execute|select"))));
        rule.check(CLASSES);
    }

    @Test
    @Tag("S-07")
    void onlyTheEgressConnects() {
        ArchRule rule = noClasses()
                .that()
                .haveNameNotMatching(MAY_CONNECT)
                .should()
                .callMethodWhere(
                        target(owner(assignableTo(io.vertx.core.Vertx.class)))
                                .and(
                                        target(
                                                nameMatching(
                                                        "createHttpClient|createNetClient|httpClientBuilder|createWebSocketClient|createDatagramSocket"))))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(java.net.http.HttpClient.class.getName())
                .orShould()
                .callConstructor(java.net.Socket.class)
                .orShould()
                .callConstructor(java.net.Socket.class, String.class, int.class)
                .orShould()
                .callMethod(URL.class, "openConnection")
                .orShould()
                .callMethod(URL.class, "openStream");
        rule.check(CLASSES);
    }

    @Test
    @Tag("S-10")
    void everyResourceMethodDeclaresItsPolicy() {
        ArchRule rule = methods()
                .that(new DescribedPredicate<JavaMethod>("serve HTTP") {
                    @Override
                    public boolean test(JavaMethod method) {
                        return method.getAnnotations().stream()
                                .map(JavaAnnotation::getRawType)
                                .anyMatch(type -> type.isAnnotatedWith(HttpMethod.class));
                    }
                })
                .should(new ArchCondition<JavaMethod>("carry @RoutePolicy, or their class does") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        boolean declared = method.isAnnotatedWith(RoutePolicy.class)
                                || method.getOwner().isAnnotatedWith(RoutePolicy.class);
                        events.add(new SimpleConditionEvent(
                                method, declared, method.getFullName() + " declares no policy"));
                    }
                });
        rule.check(CLASSES);
    }

    @Test
    @Tag("S-10")
    void everyRawRouteComesThroughTheRegistry() {
        ArchRule rule = noClasses()
                .that()
                .haveNameNotMatching("ai\\.doubleword\\.platform\\.(RouteRegistry|RequestEdge)")
                .should()
                .callMethodWhere(target(owner(assignableTo(Router.class)))
                        .and(target(
                                nameMatching("route|routeWithRegex|get|post|put|patch|delete|head|options|connect|trace"
                                        + "|getWithRegex|postWithRegex|putWithRegex|deleteWithRegex|mountSubRouter"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(Route.class)))
                        .and(target(nameMatching("path|pathRegex|method|subRouter"))));
        rule.check(CLASSES);
    }

    @Test
    void configurationIsFoundByItsName() {
        ArchRule rule = classes()
                .that()
                .areAnnotatedWith(ConfigMapping.class)
                .should()
                .haveSimpleNameEndingWith("Config")
                .because("SettingCatalogue finds them by it");
        rule.check(CLASSES);
    }

    @Test
    @Tag("S-17")
    void onlyTheDatabaseIsAProcess() {
        ArchRule rule = noClasses()
                .that()
                .haveNameNotMatching("ai\\.doubleword\\.platform\\.(Embedded|Postgres).*")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ProcessBuilder.class.getName())
                .orShould()
                .callMethodWhere(target(owner(assignableTo(Runtime.class))).and(target(nameMatching("exec"))));
        rule.check(CLASSES);
    }

    @Test
    void storesArePackagePrivate() {
        ArchRule rule = classes()
                .that()
                .haveSimpleNameEndingWith("Store")
                .and()
                .resideOutsideOfPackage("ai.doubleword.blobs..")
                .should()
                .notBePublic()
                .because("they hold SQL");
        rule.check(CLASSES);
    }
}
