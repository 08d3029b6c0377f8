package ai.doubleword.batch;

import ai.doubleword.batch.files.BatchFile;
import ai.doubleword.batch.files.BatchFiles;
import ai.doubleword.batch.files.CompletionWindow;
import ai.doubleword.keys.PresentedKey;
import ai.doubleword.keys.Principal;
import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.RoutePolicy;
import ai.doubleword.platform.RoutePolicy.Authentication;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// What a batch would cost and when it would be done, before it is ordered.
@Path("{base:v1|ai/v1}/batches/quote")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RoutePolicy(Authentication.INFERENCE_KEY)
@Tag(name = "Batches")
public final class BatchQuoteResource {
    private final BatchQuotes quotes;
    private final BatchFiles files;
    private final PresentedKey presented;

    BatchQuoteResource(BatchQuotes quotes, BatchFiles files, PresentedKey presented) {
        this.quotes = quotes;
        this.files = files;
        this.presented = presented;
    }

    @GET
    @Operation(
            summary = "Price and finish of a file within each window",
            description = "By the tariffs of now; `basis` says whether the finish follows from what the engine measured"
                    + " of the file's models, or is only the window's end; `deadline` what a batch would be told that is ordered"
                    + " now.")
    public BatchQuotes.Quote quote(
            @QueryParam("file") @Nullable String file, @QueryParam("completion_window") @Nullable String window) {
        Principal key = presented.get().within(BatchesResource.SCOPE);
        if (file == null || file.isBlank()) {
            throw new ProblemException(Problem.ofParam(
                    ErrorCode.MISSING_REQUIRED_PARAMETER, "file", "`file` names an uploaded file: `?file=file_…`."));
        }
        BatchFile found = files.find(key, file)
                .orElseThrow(() -> new ProblemException(new Problem(
                        ErrorCode.NOT_FOUND,
                        "There is no input file '" + file + "'; upload one with purpose `batch`.",
                        "file",
                        null)));
        List<CompletionWindow> windows =
                window == null || window.isBlank() ? quotes.windows(found) : List.of(CompletionWindow.parse(window));
        return quotes.of(found, windows);
    }
}
