<?php
/**
 * Plugin Name:       Archive Checker Notices
 * Description:       Tells readers of a post how old it is and what has become of it, as the archive checker found.
 * Version:           0.1.0
 * Requires at least: 5.9
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       archive-checker
 *
 * Asks the status API of `checker serve`. Whatever goes wrong, the post is shown as it is.
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

const ARCHIVE_CHECKER_FRESH = 300;   // Seconds for which an answer is good.
const ARCHIVE_CHECKER_KEPT  = 86400; // And for which it serves while the checker is away.
const ARCHIVE_CHECKER_PAUSE = 30;    // After a failure, before the checker is asked again.
const ARCHIVE_CHECKER_WAIT  = 1;     // The longest that a page waits.
const ARCHIVE_CHECKER_SIZE  = 65536; // Bytes of an answer that are read.

add_filter( 'the_content', 'archive_checker_content', 20 );
add_action( 'wp_enqueue_scripts', 'archive_checker_styles' );
add_action( 'admin_init', 'archive_checker_settings' );
add_action( 'admin_menu', 'archive_checker_menu' );

/**
 * The post's text with the notice before it, if there is one.
 *
 * @param mixed $content HTML of the post.
 */
function archive_checker_content( $content ) {
	if ( ! in_the_loop() || ! is_main_query() || doing_filter( 'get_the_excerpt' ) ) {
		return $content; // A teaser, a widget, a list of posts.
	}
	$notice = archive_checker_notice();
	return null === $notice ? $content : archive_checker_html( $notice ) . $content;
}

/** The styles of the notice, where one is shown. Readers ask nobody but this site. */
function archive_checker_styles(): void {
	if ( null === archive_checker_notice() ) {
		return;
	}
	$styles = archive_checker_recall( 'banner.css' );
	if ( '' === $styles || false !== strpos( $styles, '<' ) ) {
		return;
	}
	wp_register_style( 'archive-checker', false, array(), '0.1.0' );
	wp_enqueue_style( 'archive-checker' );
	wp_add_inline_style( 'archive-checker', $styles );
}

/** What is to be told of the post that this page shows: as the status API gives it, or null. */
function archive_checker_notice(): ?array {
	if ( ! is_singular() || is_feed() || is_preview() || post_password_required() ) {
		return null;
	}
	/**
	 * The post's address as the checker knows it, should that be another than the permalink.
	 *
	 * @param string $url The permalink.
	 */
	$url = apply_filters( 'archive_checker_url', (string) get_permalink( get_queried_object_id() ) );
	if ( ! is_string( $url ) || '' === $url ) {
		return null;
	}
	$answer = json_decode( archive_checker_recall( 'api/v1/status?quiet=1&here=1&url=' . rawurlencode( $url ) ), true );
	$notice = is_array( $answer ) ? ( $answer['notice'] ?? null ) : null;
	return is_array( $notice ) && is_string( $notice['heading'] ?? null ) ? $notice : null;
}

/**
 * The checker's answer from memory, else asked for; empty if there is none.
 *
 * @param string $path Path and query below the checker's address.
 */
function archive_checker_recall( string $path ): string {
	$checker = (string) get_option( 'archive_checker_address', '' );
	if ( '' === $checker ) {
		return '';
	}
	$address = trailingslashit( $checker ) . $path;
	$key     = 'archive_checker_' . md5( $address );
	$known   = get_transient( $key );
	$body    = is_array( $known ) ? (string) $known['body'] : '';
	if ( is_array( $known ) && time() - $known['at'] < ARCHIVE_CHECKER_FRESH ) {
		return $body;
	}
	if ( false !== get_transient( 'archive_checker_away' ) ) {
		return $body;
	}
	$answer = archive_checker_ask( $address );
	if ( null === $answer ) {
		set_transient( 'archive_checker_away', 1, ARCHIVE_CHECKER_PAUSE );
		return $body;
	}
	set_transient( $key, array( 'at' => time(), 'body' => $answer ), ARCHIVE_CHECKER_KEPT );
	return $answer;
}

/**
 * The body of an answer, empty where nothing is known; null if the checker is away.
 *
 * @param string $address What to ask.
 */
function archive_checker_ask( string $address ): ?string {
	$answer = wp_remote_get(
		$address,
		array(
			'timeout'             => ARCHIVE_CHECKER_WAIT,
			'redirection'         => 0,
			'limit_response_size' => ARCHIVE_CHECKER_SIZE,
		)
	);
	if ( is_wp_error( $answer ) ) {
		return null;
	}
	$status = (int) wp_remote_retrieve_response_code( $answer );
	if ( 200 === $status ) {
		return (string) wp_remote_retrieve_body( $answer );
	}
	// 204 and 404: not watched. 400: no address that the checker could know.
	return in_array( $status, array( 204, 400, 404 ), true ) ? '' : null;
}

/**
 * A notice as HTML. Every word of it is text.
 *
 * @param array $notice As the status API gives it.
 */
function archive_checker_html( array $notice ): string {
	$lines = '';
	foreach ( (array) ( $notice['sentences'] ?? array() ) as $sentence ) {
		$lines .= is_string( $sentence ) ? '<p>' . archive_checker_dated( $sentence, $notice ) . '</p>' : '';
	}
	$link = is_array( $notice['link'] ?? null ) ? esc_url( (string) ( $notice['link']['href'] ?? '' ), array( 'http', 'https' ) ) : '';
	if ( '' !== $link ) {
		$lines .= sprintf(
			'<p class="archive-checker-link"><a href="%s" rel="noopener">%s</a></p>',
			$link,
			esc_html( (string) ( $notice['link']['text'] ?? '' ) )
		);
	}
	return sprintf(
		'<section class="archive-checker-notice archive-checker-%s" lang="%s" dir="auto" aria-labelledby="archive-checker-heading">'
		. '<p class="archive-checker-heading" id="archive-checker-heading">%s</p>%s</section>',
		esc_attr( sanitize_html_class( (string) ( $notice['tone'] ?? '' ), 'mild' ) ),
		esc_attr( (string) ( $notice['language'] ?? 'en' ) ),
		esc_html( (string) $notice['heading'] ),
		$lines
	);
}

/**
 * A sentence with its dates marked for machines.
 *
 * @param string $sentence Text.
 * @param array  $notice   The notice that it belongs to.
 */
function archive_checker_dated( string $sentence, array $notice ): string {
	$html = '';
	foreach ( (array) ( $notice['dates'] ?? array() ) as $date ) {
		$words = is_array( $date ) ? (string) ( $date['text'] ?? '' ) : '';
		$at    = '' === $words ? false : strpos( $sentence, $words );
		if ( false === $at ) {
			continue;
		}
		$html    .= esc_html( substr( $sentence, 0, $at ) );
		$html    .= sprintf( '<time datetime="%s">%s</time>', esc_attr( (string) ( $date['datetime'] ?? '' ) ), esc_html( $words ) );
		$sentence = substr( $sentence, $at + strlen( $words ) );
	}
	return $html . esc_html( $sentence );
}

/** The one setting: where the checker answers. */
function archive_checker_settings(): void {
	register_setting(
		'archive_checker',
		'archive_checker_address',
		array(
			'type'              => 'string',
			'default'           => '',
			'sanitize_callback' => 'archive_checker_clean_address',
		)
	);
}

/**
 * An http(s) address, else nothing.
 *
 * @param mixed $given What was typed.
 */
function archive_checker_clean_address( $given ): string {
	return is_string( $given ) ? (string) esc_url_raw( trim( $given ), array( 'http', 'https' ) ) : '';
}

/** Settings → Archive checker. */
function archive_checker_menu(): void {
	$title = __( 'Archive checker', 'archive-checker' );
	add_options_page( $title, $title, 'manage_options', 'archive-checker', 'archive_checker_page' );
}

/** The page with the one setting. */
function archive_checker_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	echo '<div class="wrap"><h1>' . esc_html__( 'Archive checker', 'archive-checker' ) . '</h1>';
	echo '<form method="post" action="options.php">';
	settings_fields( 'archive_checker' );
	printf(
		'<p><label for="archive_checker_address">%s</label><br><input type="url" class="regular-text" id="archive_checker_address" name="archive_checker_address" value="%s" placeholder="http://127.0.0.1:8907/"></p>',
		esc_html__( 'Address at which “checker serve” answers this server; empty: no notices.', 'archive-checker' ),
		esc_attr( (string) get_option( 'archive_checker_address', '' ) )
	);
	submit_button();
	echo '</form></div>';
}
