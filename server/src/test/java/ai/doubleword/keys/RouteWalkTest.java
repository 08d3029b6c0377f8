package ai.doubleword.keys;

import static org.assertj.core.api.Assertions.assertThat;

import ai.doubleword.accounts.Accounts;
import ai.doubleword.accounts.Browser;
import ai.doubleword.accounts.Organization;
import ai.doubleword.accounts.SignedIn;
import ai.doubleword.accounts.SignedInUsers;
import ai.doubleword.accounts.User;
import ai.doubleword.accounts.UserRole;
import ai.doubleword.platform.Database;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Walks every resource method there is, as those who may not call it. A new route is in it by existing.
@QuarkusTest
class RouteWalkTest {
    private static final List<Class<? extends Annotation>> VERBS =
            List.of(GET.class, POST.class, PUT.class, PATCH.class, DELETE.class, HEAD.class, OPTIONS.class);

    private static final Set<Authentication> MANAGEMENT =
            Set.of(Authentication.PLATFORM_KEY, Authentication.MANAGEMENT);

    @Inject
    Accounts accounts;

    @Inject
    Keys keys;

    @Inject
    Database database;

    @TestHTTPResource("/")
    URI server;

    /// One method of a resource.
    ///
    /// @param path with something in place of each of its parameters
    /// @param owned whether it names something by a parameter, and so perhaps something of another's
    /// @param takes the type of body that it reads
    private record Route(String verb, String path, RoutePolicy policy, boolean owned, String takes) {
        @Override
        public String toString() {
            return verb + " " + path;
        }
    }

    @Test
    @Tag("S-10")
    void everyResourceMethodDeclaresItsPolicy() {
        assertThat(methods().toList())
                .isNotEmpty()
                .allSatisfy(method ->
                        assertThat(policy(method)).as(method.getFullName()).isNotNull());
    }

    @Test
    @Tag("S-09")
    void managementIsClosedWithoutAKey() {
        for (Route route : management()) {
            Http.Answer answer = call(new Http(server, null), route);
            assertThat(answer.status()).as(route.toString()).isEqualTo(401);
            assertThat(answer.code()).as(route.toString()).isEqualTo("missing_api_key");
        }
    }

    @Test
    @Tag("S-09")
    void managementRefusesInferenceKeys() {
        User user = newUser();
        Http wrong = new Http(server, issue(user, KeyType.INFERENCE, Set.of()));
        for (Route route : management()) {
            Http.Answer answer = call(wrong, route);
            assertThat(answer.status()).as(route.toString()).isEqualTo(403);
            assertThat(answer.code()).as(route.toString()).isEqualTo("wrong_key_type");
        }
    }

    @Test
    @Tag("S-09")
    void managementNamesTheRightThatIsMissing() {
        for (Route route : management()) {
            String right = route.policy().right();
            if (!right.isEmpty()) {
                User user = newUser();
                Set<String> others = Set.of(right.equals("webhooks") ? "usage" : "webhooks");
                Http.Answer answer = call(new Http(server, issue(user, KeyType.PLATFORM, others)), route);
                assertThat(answer.status()).as(route.toString()).isEqualTo(403);
                assertThat(answer.message()).as(route.toString()).contains("'" + right + "'");
            }
        }
    }

    @Test
    @Tag("S-09")
    void thingsOfAnotherTenantDoNotExist() {
        User victim = newUser();
        User stranger = newUser();
        String foreign = KeyFormat.id(issue(victim, KeyType.INFERENCE, Set.of()));
        Http as = new Http(server, issue(stranger, KeyType.PLATFORM, Set.of()));
        for (Route route : management()) {
            if (route.owned() && route.policy().right().equals("keys")) {
                Http.Answer answer = call(
                        as,
                        new Route(
                                route.verb(),
                                route.path().replace("something", foreign),
                                route.policy(),
                                true,
                                route.takes()));
                assertThat(answer.status()).as(route.toString()).isEqualTo(404);
            }
            if (route.policy().right().equals("admin")) {
                assertThat(call(as, route).status()).as(route.toString()).isEqualTo(403);
            }
        }
        assertThat(keys.get(victim.account(), foreign).revokedAt()).isNull();
    }

    @Test
    @Tag("S-09")
    void everyRouteOfAnotherOrganizationAnswersAsIfItDidNotExist() {
        SignedInUsers users = new SignedInUsers(accounts, server);
        User owner = users.make(UserRole.USER);
        Organization organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Foreign", owner.id());
        User stranger = users.make(UserRole.USER);
        Http byKey = new Http(server, issue(stranger, KeyType.PLATFORM, Set.of()));
        Browser byCookie = users.signIn(stranger);
        List<Route> inside = management().stream()
                .filter(route -> route.path().contains("/organizations/something"))
                .toList();
        assertThat(inside).hasSizeGreaterThan(10);
        for (Route route : inside) {
            for (String named : List.of(organization.slug(), Ids.format(Organization.PREFIX, organization.id()))) {
                String path = route.path().replace("/organizations/something", "/organizations/" + named);
                Http.Answer answer = byKey.send(route.verb(), path, route.verb().equals("GET") ? null : "{}");
                assertThat(answer.status())
                        .as(route + " by key")
                        .isEqualTo(route.policy().right().equals("admin") ? 403 : 404);
                assertThat(byCookie.json(route.verb(), path, "{}").status())
                        .as(route + " by cookie")
                        .isEqualTo(404);
            }
        }
        assertThat(accounts.members(organization)).hasSize(1);
    }

    @Test
    @Tag("S-09")
    void everyPageOfAnotherOrganizationAnswersAsIfItDidNotExist() {
        User owner = SignedIn.user(accounts, UserRole.USER);
        Organization organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Foreign", owner.id());
        Browser stranger =
                SignedIn.browser(server, SignedIn.user(accounts, UserRole.USER)).with("Accept", "*/*");
        Browser asOwner = SignedIn.browser(server, owner).with("Accept", "*/*");
        List<Route> pages = pages(organization.slug());
        assertThat(pages).hasSizeGreaterThan(30);
        int opened = 0;
        for (Route page : pages) {
            assertThat(visit(stranger, page)).as(page.toString()).isEqualTo(404);
            if (page.verb().equals("GET") && !page.owned()) {
                assertThat(visit(asOwner, page)).as(page + " as its owner").isNotEqualTo(404);
                opened++;
            }
        }
        assertThat(opened).isGreaterThan(8);
        assertThat(accounts.members(organization)).hasSize(1);
    }

    @Test
    @Tag("S-15")
    void whatAsksForAProofRefusesABrowserWhoseProofIsOld() {
        User user = SignedIn.user(accounts, UserRole.ADMINISTRATOR);
        Browser browser = SignedIn.browser(server, user).with("Accept", "*/*");
        database.engine()
                .useHandle(handle -> handle.createUpdate(
                                "UPDATE session SET proven_at = now() - interval '1 day' WHERE user_id = :id")
                        .bind("id", user.id())
                        .execute());
        Organization organization = accounts.createOrganization("org-" + UUID.randomUUID(), "Own", user.id());
        List<Route> routes = confirmed(organization.slug());
        assertThat(routes)
                .extracting(Route::toString)
                .contains(
                        "POST /settings/passkeys",
                        "POST /settings/passkeys/options",
                        "POST /settings/passkeys/something/remove",
                        "POST /settings/two-factor/begin",
                        "POST /settings/two-factor/confirm",
                        "POST /settings/two-factor/codes",
                        "POST /settings/two-factor/off",
                        "POST /settings/sessions/end-others",
                        "POST /admin/api/v1/users/current/sessions/end-others",
                        "POST /device",
                        "POST /admin/users/something/link",
                        "POST /admin/api/v1/users/something/link",
                        "POST /admin/outbox/something/link",
                        "POST /o/" + organization.slug() + "/settings/delete",
                        "DELETE /admin/api/v1/organizations/" + organization.slug());
        for (Route route : routes) {
            boolean form = route.verb().equals("POST") && !route.takes().contains("json");
            Browser.Answer answer = !form
                    ? browser.json(route.verb(), route.path(), "{}")
                    : browser.send(route.path(), route.takes(), "name=mine");
            assertThat(answer.status()).as(route.toString()).isEqualTo(403);
            assertThat(answer.code()).as(route.toString()).isEqualTo("confirmation_required");
        }
    }

    /// Every route that a browser calls only with a fresh proof.
    private static List<Route> confirmed(String slug) {
        List<Route> routes = new ArrayList<>();
        methods().forEach(method -> {
            RoutePolicy policy = policy(method);
            if (policy != null && policy.confirmed()) {
                String path = template(method).replace("{organization}", slug).replaceAll("\\{[^}]+}", "something");
                routes.add(new Route(verb(method), path, policy, false, takes(method)));
            }
        });
        return routes;
    }

    private static int visit(Browser browser, Route page) {
        return page.verb().equals("GET")
                ? browser.status(page.path())
                : browser.send(page.path(), page.takes(), "name=mine").status();
    }

    /// Every page that an organization has.
    private static List<Route> pages(String slug) {
        List<Route> routes = new ArrayList<>();
        methods().forEach(method -> {
            RoutePolicy policy = policy(method);
            String template = template(method);
            if (policy != null
                    && policy.value() == Authentication.SESSION
                    && (template.contains("{place:") || template.startsWith("/o/{organization}"))) {
                String path = template.replaceAll("\\{place:[^}]*}", "o/" + slug)
                        .replace("/o/{organization}", "/o/" + slug)
                        .replaceAll("\\{[^}]+}", "something");
                routes.add(new Route(verb(method), path, policy, path.contains("something"), takes(method)));
            }
        });
        return routes;
    }

    private static Http.Answer call(Http http, Route route) {
        return http.send(route.verb(), route.path(), route.verb().equals("GET") ? null : "{}");
    }

    private static List<Route> management() {
        List<Route> routes = new ArrayList<>();
        methods().forEach(method -> {
            RoutePolicy policy = policy(method);
            if (policy != null && MANAGEMENT.contains(policy.value())) {
                String path = template(method)
                        .replaceAll("\\{[^:}]+:\\s*([^|}]*)\\|[^}]*}", "$1")
                        .replaceAll("\\{[^}]+}", "something");
                routes.add(new Route(verb(method), path, policy, path.contains("something"), takes(method)));
            }
        });
        assertThat(routes).isNotEmpty();
        return routes;
    }

    private static String template(JavaMethod method) {
        String within = method.isAnnotatedWith(Path.class)
                ? "/" + method.getAnnotationOfType(Path.class).value()
                : "";
        return ("/" + path(method.getOwner()) + within).replaceAll("/+", "/");
    }

    private static String takes(JavaMethod method) {
        return method.tryGetAnnotationOfType(Consumes.class)
                .or(() -> method.getOwner().tryGetAnnotationOfType(Consumes.class))
                .map(consumes -> consumes.value()[0])
                .orElse("application/x-www-form-urlencoded");
    }

    private static Stream<JavaMethod> methods() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("ai.doubleword").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> VERBS.stream().anyMatch(method::isAnnotatedWith));
    }

    private static String verb(JavaMethod method) {
        return VERBS.stream()
                .filter(method::isAnnotatedWith)
                .findFirst()
                .orElseThrow()
                .getSimpleName();
    }

    private static String path(JavaClass type) {
        return type.getAnnotationOfType(Path.class).value();
    }

    private static @org.jspecify.annotations.Nullable RoutePolicy policy(JavaMethod method) {
        return method.tryGetAnnotationOfType(RoutePolicy.class)
                .or(() -> method.getOwner().tryGetAnnotationOfType(RoutePolicy.class))
                .orElse(null);
    }

    private User newUser() {
        String name = "u-" + UUID.randomUUID();
        return accounts.createUser(name, name + "@example.com", UserRole.USER);
    }

    private String issue(User user, KeyType type, Set<String> rights) {
        KeyTerms terms =
                KeyTerms.named("k").withScopes(new KeyScopes(Set.of(), List.of(), Set.of(), List.of(), rights));
        return keys.issue(user.account(), user.id(), type, terms, KeyRules.USUAL_RIGHTS)
                .text()
                .revealText();
    }
}
