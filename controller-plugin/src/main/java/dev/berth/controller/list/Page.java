package dev.berth.controller.list;

import dev.berth.storage.VolumeId;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Some of a list that is sorted by the text of ids. The token tells after which id the next page
 * begins, so it needs no memory here and stays good whatever comes and goes meanwhile: what is
 * there all along is neither missed nor told twice.
 *
 * @param nextToken empty when there is no more
 */
public record Page<T>(List<T> entries, String nextToken) {
  private static final String MARK = "v1 ";

  /** What fits a message of 4 MiB, the most that a gRPC client takes unless told otherwise. */
  private static final int LARGEST = 10_000;

  public Page {
    entries = List.copyOf(entries);
  }

  /**
   * What a request asks for.
   *
   * @param after the last id that was told already; empty for the first page
   * @param size how many at most
   */
  public record Request(Optional<String> after, int size) {
    /**
     * Reads the fields of a request.
     *
     * @param startingToken empty for the first page; what no {@link Page#nextToken} ever was is
     *     ABORTED, as CSI wants it: the caller begins again without a token
     * @param maxEntries 0 for as many as fit
     */
    public static Request of(String startingToken, int maxEntries) {
      return new Request(
          startingToken.isEmpty() ? Optional.empty() : Optional.of(parse(startingToken)),
          maxEntries == 0 ? LARGEST : Math.min(maxEntries, LARGEST));
    }

    /** Whether {@code id} comes after what earlier pages told. */
    public boolean isNotYetSeen(String id) {
      return after.isEmpty() || id.compareTo(after.get()) > 0;
    }
  }

  /**
   * The page that a request asks for.
   *
   * @param sorted all there are, by the text of their ids; taken from only as far as needed
   */
  public static <T> Page<T> of(Stream<T> sorted, Function<T, String> id, Request request) {
    List<T> some =
        sorted
            .filter(one -> request.isNotYetSeen(id.apply(one)))
            .limit(request.size() + 1L)
            .toList();
    if (some.size() <= request.size()) {
      return new Page<>(some, "");
    }
    List<T> page = some.subList(0, request.size());
    return new Page<>(page, token(id.apply(page.getLast())));
  }

  private static String token(String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((MARK + last).getBytes(StandardCharsets.US_ASCII));
  }

  /** Ids of snapshots are spelt like those of volumes. */
  private static String parse(String token) {
    return decoded(token)
        .filter(plain -> plain.startsWith(MARK))
        .map(plain -> plain.substring(MARK.length()))
        .filter(id -> VolumeId.parse(id).isPresent())
        .orElseThrow(Page::badToken);
  }

  private static Optional<String> decoded(String token) {
    try {
      return Optional.of(
          new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Without a cause, for it is the caller's mistake and no bug of ours. */
  private static RuntimeException badToken() {
    return Status.ABORTED
        .withDescription("starting_token is not a next_token of this list; list again without it")
        .asRuntimeException();
  }
}
