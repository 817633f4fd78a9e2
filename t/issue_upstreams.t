# A login by any upstream: the response waits for the store and then comes through byte by byte, whatever its body and
# however long that takes.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Gateways;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $store = FaultProxy->new(target => $redis->port);
my $gateways = Gateways->new;
my $http = "proxy_pass http://unix:@{[ $gateways->socket('http') ]};";
my $small = 'proxy_buffers 4 4k; proxy_buffer_size 4k; proxy_busy_buffers_size 4k;';
my %location = (
    buffered => $http,
    unbuffered => "$http proxy_buffering off;",
    small => "$http $small",
    'without-files' => "$http $small proxy_max_temp_file_size 0;",
    'new-http' => "$http proxy_http_version 1.1; proxy_set_header Connection '';",
    'new-unbuffered' => "$http proxy_http_version 1.1; proxy_buffering off; proxy_buffer_size 4k;",
    zipped => "$http gzip on; gzip_types text/plain; gzip_proxied any; gunzip on;",
    replaced => "$http sub_filter_types text/plain; sub_filter 00000000 ZZZZZZZZ;",
    included => "$http ssi on; ssi_types text/plain;",
    gone => "$http postpone_output 0; tcp_nodelay off; sendfile off;",
    grpc => "grpc_pass grpc://unix:@{[ $gateways->socket('grpc') ]};",
);
for my $protocol (qw(fastcgi scgi uwsgi)) {
    my $pass = join '', "${protocol}_pass unix:@{[ $gateways->socket($protocol) ]};",
        map {"${protocol}_param $_;"} 'REQUEST_URI $request_uri', 'CONTENT_LENGTH $content_length';
    $location{$protocol} = $pass;
    $location{"$protocol-unbuffered"} = "$pass ${protocol}_buffering off;";
}
my $big = 3_000_000;
my %expected = map { $_ => Gateways::pattern($_) } 0, 7, 40_000, $big;
mkdir folder() . '/files';
write_file("files/$_", $expected{$_}, 0644) for keys %expected;
my %static = (sendfile => 'sendfile on;', copied => 'sendfile off; output_buffers 2 4k;', threads => 'aio threads;',
    chunked => 'sendfile_max_chunk 16k;', limited => 'limit_rate 20m;');
my $static = join '', map {"location /$_/ { $static{$_} alias @{[ folder() ]}/files/; }"} sort keys %static;
my $http2 = free_port();
my $nginx = Nginx->new(
    tls => 1,
    realm => "key v1 file=v1.key; cookie access_token; revocation off; @{[ $store->directives ]}",
    server => "listen 127.0.0.1:$http2 http2; session_issue app;",
    locations => join('', map {"location /$_ { $location{$_} }"} sort keys %location)
        . "location /return { add_header X-Session-User 42; return 200 $expected{7}; }
           location /many { add_header X-Session-User 42; $static }" =~ s{location /(?=\w+/)}{location /many/}gr,
);

# What came, in words; bodies of megabytes are no diagnosis.
sub said {
    my ($response, $body) = @_;
    return 'no answer' unless $response;
    given($response);
    my $same = $response->body eq $body ? 'the body' : length($response->body) . ' other bytes';
    return join ', ', $response->status, $same, map {"cookie $_"} sort keys %{set_cookies($response)};
}

sub logs_in {
    my ($name, $path, $body, @ways) = @_;
    my $expected = '200, the body, cookie access_token';
    for my $way (@ways) {
        my $response = $way eq 'HTTP/2' ? Client::http2($http2, 'GET', $path)
            : $way eq 'TLS' ? Client::http2($nginx->tls_port, 'GET', $path, {tls => 1}) : $nginx->get($path);
        is said($response, $body), $expected, "$name, $way";
    }
}

for my $mode (['pass'], ['delay', 15]) {
    $store->mode(@$mode);
    my @ways = $mode->[0] eq 'pass' ? ('HTTP/1.1', 'HTTP/2') : ('HTTP/1.1', 'HTTP/2', 'TLS');
    for my $name (sort keys %location) {
        for my $size (0, 7, $big) {
            my $body = $expected{$size};
            substr $body, 0, 8, 'ZZZZZZZZ' if $name eq 'replaced' && $size > 7;
            my @framings = $name =~ /^(?:grpc|fastcgi|scgi|uwsgi)/ ? qw(length close) : qw(length chunked close);
            @framings = ('length') if $name eq 'grpc' || $size == 0 && $mode->[0] eq 'delay';
            logs_in("$name @$mode, $size bytes, $_", "/$name?user=42&size=$size&framing=$_", $body, @ways)
                for @framings;
        }
    }
    for my $name (sort keys %static) {
        logs_in("static @$mode, $name, $_ bytes", "/many/$name/$_", $expected{$_}, @ways) for 0, 7, 40_000, $big;
    }
    logs_in("return @$mode", '/return', $expected{7}, @ways);
}

# One connection, many logins; and requests that the client sends before it has the answers.
$store->mode('delay', 5);
my $client = $nginx->connect;
my @paths = map { my $name = $_; map {"/$name?user=42&size=$_"} 7, 40_000 } sort keys %location;
@paths = (@paths, map { ("/many/$_/7", "/many/$_/0") } sort keys %static);
sub body_of { my ($path) = @_; my $body = $expected{$path =~ /(\d+)$/ ? $1 : 0};
    $path =~ /replaced.*40000/ ? $body =~ s/^0{8}/ZZZZZZZZ/r : $body }
for my $path (@paths) {
    $client->send(Client::format_request('GET', $path, 'Connection: keep-alive'));
    is said($client->response, body_of($path)), '200, the body, cookie access_token', "on one connection: $path";
}
$client = $nginx->connect;
$client->send(join '', map { Client::format_request('GET', $_, 'Connection: keep-alive') } @paths);
is said($client->response, body_of($_)), '200, the body, cookie access_token', "pipelined: $_" for @paths;

done;
