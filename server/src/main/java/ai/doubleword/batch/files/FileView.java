package ai.doubleword.batch.files;

import ai.doubleword.platform.Ids;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A file as the API shows it, in OpenAI's shape.
///
/// @param createdAt epoch seconds, as `expiresAt`
/// @param status always `processed`: a file is there once it is checked
/// @param createdByEmail who uploaded it
/// @param contextName of the account that owns it
/// @param contextType `personal` or `organization`
@JsonNaming(SnakeCaseStrategy.class)
@Schema(name = "FileResponse")
record FileView(
        @Schema(required = true) String id,
        @Schema(required = true) String object,
        @Schema(required = true) long bytes,
        @Schema(required = true) long createdAt,
        @Nullable Long expiresAt,
        @Schema(required = true) String filename,
        @Schema(required = true) String purpose,
        String status,
        @Nullable String createdByEmail,
        @Nullable String contextName,
        @Nullable String contextType) {

    /// A page of files.
    @JsonNaming(SnakeCaseStrategy.class)
    @Schema(name = "FileListResponse")
    record Listing(
            String object,
            @Schema(required = true) List<FileView> data,
            @Nullable String firstId,
            @Nullable String lastId,
            boolean hasMore) {}

    static FileView of(FileRow row, People people) {
        return new FileView(
                Ids.format(BatchFile.PREFIX, row.id()),
                "file",
                row.bytes(),
                row.created().getEpochSecond(),
                row.expires().map(java.time.Instant::getEpochSecond).orElse(null),
                row.name(),
                row.purpose().wire(),
                "processed",
                people.email(row.member()),
                people.accountName(),
                people.accountKind());
    }
}
