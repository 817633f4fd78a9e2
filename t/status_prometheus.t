# The counters in Prometheus's text format: promtool has no objection, and Prometheus itself can be told to ask for it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
new_key('v2');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realms => {
        app => "key v2 file=v2.key; key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
        'other.realm-1' => 'key v1 file=v1.key; token bearer; revocation off;',
    },
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /other { auth_session other.realm-1; proxy_pass http://backend; }
        location = /status { session_status; }',
);
my $accept = 'Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1';
sub scrape { $nginx->get('/status', $accept)->body }

# The values of a scrape by series.
sub values_of { return {map { /^(\S.*) (\S+)$/ ? ($1 => $2) : () } grep { !/^#/ } split /\n/, $_[0]} }

# What promtool says; empty where all is well.
sub promtool {
    my ($text) = @_;
    my $file = write_file('metrics', $text);
    my $output = `promtool check metrics < $file 2>&1`;
    return $? == 0 ? $output : "exit $?: $output";
}

is promtool(scrape()), '', 'promtool: before the first request';
$nginx->get('/', cookie(mint({version => 'v2'}, key => 'v2'))) for 1 .. 3;
$nginx->get('/other', bearer(mint_raw('{"alg":"HS256"}', json(claims(version => 'a\\b"c{d}=,e'))))) for 1 .. 2;
$nginx->get('/');
my $text = scrape();
is promtool($text), '', 'promtool: with hostile versions';
isnt promtool("$text\nnginx_session_bad 1\n# TYPE nginx_session_requests_total counter\n"), '', 'promtool does look';

my $value = values_of($text);
is $value->{'nginx_session_requests_total{realm="app",reason="valid"}'}, 3, 'requests by reason';
is $value->{'nginx_session_requests_total{realm="other.realm-1",reason="valid"}'}, 2, 'of both realms';
is $value->{'nginx_session_verified_total{realm="app",key="v2",version="v2"}'}, 3, 'by key and version';
is $value->{'nginx_session_verified_total{realm="other.realm-1",key="v1",version="a\\\\b\\"c{d}=,e"}'}, 2, 'escaped';
eventually {
    (values_of(scrape())->{'nginx_session_coherent{realm="app"}'} // '') eq '1'
} 5, 'soon coherent';
ok !exists $value->{'nginx_session_coherent{realm="other.realm-1"}'}, 'where there is something to be coherent with';
cmp_ok abs($value->{'nginx_session_key_last_used_timestamp_seconds{realm="app",key="v2"}'} - time), '<', 60, 'the last use';
my @series = map { /^(\S.*) \S+$/ } grep { !/^#/ } split /\n/, $text;
my %seen;
is_deeply [grep { $seen{$_}++ } @series], [], 'no series stands twice';

# The names that monitoring relies on.
my @names = qw(requests_total verified_total key_last_used_timestamp_seconds cache_total cache_entries zone_bytes
    store_requests_total store_duration_seconds_bucket store_duration_seconds_sum store_duration_seconds_count
    store_connections store_reconnects_total coherent coherence_age_seconds issued_total renewed_total resigned_total
    refreshed_total replayed_total logouts_total redirects_total);
like scrape(), qr/^nginx_session_\Q$_\E\{/m, "nginx_session_$_" for @names;

done;
