package ai.doubleword.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-14")
class SignInPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/o/acme/keys?sort=name&x=%2F%2Fy",
                "/admin/api/v1/auth/cli-callback?port=4711&state=a%3Db",
                "/a//b"
            })
    void aPathOfThisServerIsFollowed(String rd) {
        assertThat(SignInPath.path(rd)).isEqualTo(rd);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//evil.example",
                "///evil.example",
                "/\\evil.example",
                "/\t/evil.example",
                "\t//evil.example",
                "\\/evil.example",
                "https://evil.example/",
                "https:evil.example",
                "javascript:alert(1)",
                "evil.example",
                "/a\r\nSet-Cookie: x=y",
                "/a b",
                "/%zz"
            })
    void whateverCouldLeadElsewhereLeadsHome(String rd) {
        assertThat(SignInPath.path(rd)).isEqualTo("/");
    }
}
