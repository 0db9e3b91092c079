package dev.berth.provisioner.cluster.kubernetes;

/** The way to one API server, shared by all clusters and elections of this process. */
public final class ApiConnection implements AutoCloseable {
  private ApiConnection() {}

  /** Makes the connection; nothing is sent yet. */
  public static ApiConnection open(ApiSettings settings) {
    settings.instance();
    return new ApiConnection();
  }

  @Override
  public void close() {}
}
