package ai.doubleword.platform;

import io.quarkus.runtime.QuarkusBindException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/// Why a start failed, for whoever started the server: two lines where a person can act, a stack trace where we erred.
final class StartFailure {
    private StartFailure() {}

    static void explain(Throwable failure, PrintWriter out) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartRefusedException refused) {
                out.println(refused.getMessage());
                out.println(refused.remedy());
                return;
            }
            if (cause instanceof QuarkusBindException taken) {
                out.println("Port " + taken.getPort() + " on " + taken.getHost() + " is taken by another program.");
                out.println(
                        "Choose another with --port N, or see who has it: ss -ltnp 'sport = :" + taken.getPort() + "'");
                return;
            }
        }
        failure.printStackTrace(out);
    }
}
