package ai.doubleword.docs;

import ai.doubleword.platform.PublicAddress;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The documentation for programs that read: `/llms.txt` lists the pages, `/llms-full.txt` holds them.
@Path("{file: llms\\.txt|llms-full\\.txt}")
@RunOnVirtualThread
@RoutePolicy(Authentication.PUBLIC)
public final class DocsTexts {
    private static final String INTRODUCTION = """
            # Doubleword

            > An inference platform that a team runs itself: an OpenAI-compatible API in front of any model server, with API
            > keys, organizations, usage and a console.

            """;

    private final Pages pages;
    private final PublicAddress address;

    DocsTexts(Pages pages, PublicAddress address) {
        this.pages = pages;
        this.address = address;
    }

    @GET
    @Operation(hidden = true)
    public Response read(@PathParam("file") String file) {
        return text(file.equals("llms.txt") ? list() : everything(), "text/plain");
    }

    static Response text(String content, String type) {
        return Response.ok(content)
                .header("Content-Type", type + ";charset=utf-8")
                .header("Content-Language", "en")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-cache")
                .build();
    }

    private String list() {
        StringBuilder list = new StringBuilder(INTRODUCTION);
        for (Pages.Group group : pages.groups()) {
            list.append("## ").append(group.title()).append("\n\n");
            for (Page page : group.pages()) {
                list.append("- [")
                        .append(page.title())
                        .append("](")
                        .append(url(page))
                        .append("): ")
                        .append(page.description())
                        .append('\n');
            }
            list.append('\n');
        }
        return list.toString();
    }

    private String everything() {
        StringBuilder all = new StringBuilder(INTRODUCTION);
        for (Page page : pages.all().values()) {
            all.append("<!-- ")
                    .append(url(page))
                    .append(" -->\n\n")
                    .append(page.markdown())
                    .append("\n\n");
        }
        return all.toString();
    }

    private String url(Page page) {
        return address.publicUrl() + "/docs/" + page.name() + ".md";
    }
}
