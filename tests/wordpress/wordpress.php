<?php
/**
 * As much of WordPress as the plugin calls, with its behaviour as documented; HTTP is real.
 */

define( 'ABSPATH', __DIR__ . '/' );

final class Site {
	public static $hooks = array(), $options = array(), $transients = array(), $now = 0;
	public static $requests = array(), $styles = array(), $doing = array(), $state = array();
}

final class WP_Error {
}

function add_filter( $name, $call, $priority = 10 ) {
	Site::$hooks[ $name ][] = $call;
}
function add_action( $name, $call, $priority = 10 ) {
	add_filter( $name, $call, $priority );
}
function apply_filters( $name, $value ) {
	Site::$doing[] = $name;
	foreach ( Site::$hooks[ $name ] ?? array() as $call ) {
		$value = $call( $value );
	}
	array_pop( Site::$doing );
	return $value;
}
function doing_filter( $name ) {
	return in_array( $name, Site::$doing, true );
}

function is_singular() { return Site::$state['singular'] ?? true; }
function is_feed() { return Site::$state['feed'] ?? false; }
function is_preview() { return Site::$state['preview'] ?? false; }
function post_password_required() { return Site::$state['password'] ?? false; }
function in_the_loop() { return Site::$state['loop'] ?? true; }
function is_main_query() { return Site::$state['main'] ?? true; }
function get_queried_object_id() { return 7; }
function get_permalink( $post ) { return Site::$state['permalink']; }

function get_option( $name, $default = false ) { return Site::$options[ $name ] ?? $default; }
function delete_option( $name ) { unset( Site::$options[ $name ] ); }
function get_transient( $name ) {
	[ $value, $until ] = Site::$transients[ $name ] ?? array( false, PHP_INT_MAX );
	return Site::$now < $until ? $value : false;
}
function set_transient( $name, $value, $seconds ) {
	if ( strlen( $name ) > 172 ) {
		throw new LengthException( $name ); // The options table could not hold its name.
	}
	Site::$transients[ $name ] = array( $value, Site::$now + $seconds );
}
function delete_transient( $name ) { unset( Site::$transients[ $name ] ); }

function esc_html( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_attr( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_html__( $text, $domain ) { return esc_html( $text ); }
function __( $text, $domain ) { return $text; }
function esc_url_raw( $url, $protocols ) {
	return in_array( strtolower( (string) parse_url( $url, PHP_URL_SCHEME ) ), $protocols, true ) ? $url : '';
}
function esc_url( $url, $protocols ) { return esc_attr( esc_url_raw( $url, $protocols ) ); }
function sanitize_html_class( $class, $fallback = '' ) {
	$clean = preg_replace( '/[^A-Za-z0-9_-]/', '', $class );
	return '' === $clean ? $fallback : $clean;
}
function trailingslashit( $text ) { return rtrim( $text, '/\\' ) . '/'; }

function wp_remote_get( $url, $options ) {
	Site::$requests[] = $url;
	$http             = array(
		'timeout'         => $options['timeout'],
		'follow_location' => $options['redirection'] > 0 ? 1 : 0,
		'ignore_errors'   => true,
		'protocol_version' => 1.1,
		'header'          => 'Connection: close',
	);
	$stream = @fopen( $url, 'rb', false, stream_context_create( array( 'http' => $http ) ) );
	if ( false === $stream ) {
		return new WP_Error();
	}
	stream_set_timeout( $stream, $options['timeout'] );
	$body = stream_get_contents( $stream, $options['limit_response_size'] );
	$meta = stream_get_meta_data( $stream );
	if ( $meta['timed_out'] || ! preg_match( '#^HTTP/\S+ (\d{3})#', $meta['wrapper_data'][0] ?? '', $found ) ) {
		return new WP_Error();
	}
	return array( 'response' => array( 'code' => (int) $found[1] ), 'body' => $body );
}
function is_wp_error( $thing ) { return $thing instanceof WP_Error; }
function wp_remote_retrieve_response_code( $answer ) { return $answer['response']['code']; }
function wp_remote_retrieve_body( $answer ) { return $answer['body']; }

function wp_register_style( $name, $source, $needs, $version ) { Site::$styles[ $name ] = null; }
function wp_enqueue_style( $name ) { Site::$styles[ $name ] = ''; }
function wp_add_inline_style( $name, $styles ) { Site::$styles[ $name ] .= $styles; }

function register_setting( $group, $name, $how ) { Site::$state['settings'][ $name ] = $how; }
function add_options_page( $title, $menu, $right, $slug, $call ) { Site::$state['pages'][ $slug ] = array( $right, $call ); }
function current_user_can( $right ) { return Site::$state['admin'] ?? false; }
function settings_fields( $group ) { echo '<input type="hidden" name="option_page" value="' . esc_attr( $group ) . '">'; }
function submit_button() { echo '<button>Save</button>'; }
