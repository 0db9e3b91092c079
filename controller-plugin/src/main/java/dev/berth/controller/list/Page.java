package dev.berth.controller.list;

import dev.berth.storage.VolumeId;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * Some of a list that is sorted by id. The token tells after which id the next page begins, so it
 * needs no memory here and stays good whatever comes and goes meanwhile.
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
   * The page that a request asks for.
   *
   * @param sorted all there are, by the text of their ids
   * @param startingToken empty for the first page; what no {@link #nextToken} ever was is ABORTED,
   *     as CSI wants it: the caller begins again without a token
   * @param maxEntries 0 for as many as fit
   */
  public static <T> Page<T> of(
      List<T> sorted, Function<T, String> id, String startingToken, int maxEntries) {
    List<T> rest = sorted;
    if (!startingToken.isEmpty()) {
      String after = parse(startingToken);
      rest = sorted.stream().filter(one -> id.apply(one).compareTo(after) > 0).toList();
    }
    int size = maxEntries == 0 ? LARGEST : Math.min(maxEntries, LARGEST);
    List<T> page = rest.subList(0, Math.min(size, rest.size()));
    return new Page<>(page, page.size() < rest.size() ? token(id.apply(page.getLast())) : "");
  }

  private static String token(String last) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((MARK + last).getBytes(StandardCharsets.US_ASCII));
  }

  /** Ids of snapshots are spelt like those of volumes. */
  private static String parse(String token) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
      if (plain.startsWith(MARK) && VolumeId.parse(plain.substring(MARK.length())).isPresent()) {
        return plain.substring(MARK.length());
      }
    } catch (IllegalArgumentException notBase64) {
      throw badToken(notBase64);
    }
    throw badToken(new IllegalArgumentException(token));
  }

  private static RuntimeException badToken(IllegalArgumentException why) {
    return Status.ABORTED
        .withDescription("starting_token is not a next_token of this list; list again without it")
        .withCause(why)
        .asRuntimeException();
  }
}
