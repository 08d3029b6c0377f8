package ai.doubleword.batch.files;

import ai.doubleword.blobs.BlobSlice;
import java.util.List;

/// The lines of a file, wherever they are: the content route reads them as one text.
///
/// @param slices whole lines each, every line with its newline (an upload's last line may lack it), in order
/// @param complete whether no more lines will follow
public record FileContent(List<LineSlice> slices, boolean complete) {
    public FileContent {
        slices = List.copyOf(slices);
    }

    /// A run of lines.
    ///
    /// @param bytes where they are
    /// @param lines how many
    public record LineSlice(BlobSlice bytes, int lines) {}
}
