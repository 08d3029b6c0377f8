package ai.doubleword.models;

/// A catalogue file says something that cannot be.
final class CatalogueFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /// @param path where in the file, as in `models[2].targets`
    CatalogueFaultException(String path, String message) {
        super(message);
        this.path = path;
    }

    String path() {
        return path;
    }
}
