# X-Session-* headers of a client are nobody's word: no upstream gets them, nothing is minted from them, and all other
# headers arrive as they came. Where no realm is used they are headers as any others.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Gateways;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $gateways = Gateways->new;
my %pass = (proxy => "proxy_pass http://unix:@{[ $gateways->socket('http') ]};");
for my $protocol (qw(fastcgi scgi uwsgi)) {
    my $parameters = join '', map {"${protocol}_param $_;"} 'REQUEST_URI $request_uri',
        'CONTENT_LENGTH $content_length';
    $pass{$protocol} = "${protocol}_pass unix:@{[ $gateways->socket($protocol) ]}; $parameters";
}
my $locations = join '', map {"location /$_ { $pass{$_} }"} sort keys %pass;
my ($other, $http2) = (free_port(), free_port());
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    http => "underscores_in_headers on; ignore_invalid_headers off;
        server { listen 127.0.0.1:$other; $locations }",
    server => "listen 127.0.0.1:$http2 http2; session_issue app;",
    locations => $locations . 'location /variable { return 200 "[$http_x_session_user]"; }',
);

my @forged = ('X-Session-User: 1', 'x-session-user: 1', 'X-SESSION-USER: 1', 'X_Session_User: 1', 'X-Session_User: 1',
    'X-Session-Claims: {"role":"admin"}', 'X-Session-Tenant: t', 'X-Session-End: all', 'X-Session-Stale: 43',
    'x_session_claims: {}');
my @kept = map {"X-Kept-$_: value $_"} 1 .. 30;

# The headers that the upstream got, of those that the tests send, in order.
sub got {
    my ($response, $protocol) = @_;
    my @lines = split /\r\n/, $response->body;
    return [grep {/kept|session/i} @lines] if $protocol =~ /proxy|http2/;
    return [map { s/^HTTP_//r } grep {/KEPT|SESSION/} @lines];
}

sub sent_as {
    my ($protocol, @lines) = @_;
    return [map {lc} @lines] if $protocol eq 'http2';
    return [@lines] if $protocol eq 'proxy';
    return [map { my ($name, $value) = split /: /, $_, 2; (uc $name) =~ tr/-/_/r . ": $value" } @lines];
}

sub arrives {
    my ($name, @headers) = @_;
    my @expected = grep {/^x-kept/i} @headers;
    for my $protocol (sort keys %pass) {
        my $response = $nginx->get("/$protocol?echo=1", @headers);
        is $response->status, 200, "$name, $protocol: answered";
        is_deeply got($response, $protocol), sent_as($protocol, @expected), "$name, $protocol: the rest, nothing else";
        is_deeply set_cookies($response), {}, "$name, $protocol: no cookie";
    }
    my $response = Client::http2($http2, 'GET', '/proxy?echo=1', map { s/^([^:]+)/lc $1/er } @headers)
        // return fail "$name, HTTP/2: answered";
    is_deeply got($response, 'http2'), sent_as('proxy', map { s/^([^:]+)/lc $1/er } @expected), "$name, HTTP/2";
}

arrives('without any', @kept);
arrives("alone: $_", $_) for @forged;
arrives('the first', $forged[0], @kept);
arrives('the last', @kept, $forged[0]);
arrives('in the middle', @kept[0 .. 14], $forged[0], @kept[15 .. 29]);
arrives('all of them, first', @forged, @kept);
arrives('all of them, last', @kept, @forged);
arrives('between all others', map { ($forged[$_ % @forged], $kept[$_]) } 0 .. 29);
arrives('nothing else', (@forged) x 3);
is $nginx->get('/proxy?echo=1', 'X-Session-User : 1')->body =~ /session/i, '',
    'with a blank before the colon: not passed';
arrives('a list of its own for each', map { @forged[0 .. $_ % 3], $kept[$_] } 0 .. 29);

# At the end of one of the lists of twenty that nginx keeps.
for my $before (16 .. 22) {
    arrives("behind $before", @kept[0 .. $before - 1], $forged[0]);
    arrives("behind $before and before others", @kept[0 .. $before - 1], @forged[0, 1], @kept[$before .. 29]);
}

# In memory that requests before it have used: no line of theirs, and none that is empty.
my $client = $nginx->connect;
for my $count (12, 7, 3) {
    my @headers = map {"X-Kept-$_-" . ('y' x (10 * $count)) . ': ' . 'z' x 100} 1 .. $count;
    my %lines;
    for my $forged ([], [$forged[0]], [@forged[0, 1]]) {
        $client->send(Client::format_request('GET', '/proxy?echo=1', @headers, @$forged, 'Connection: keep-alive'));
        $lines{($client->response // Response->new(''))->body}++;
    }
    is_deeply [values %lines], [3], "$count headers, after a request with more: the same with forged ones and without";
}

is $nginx->get('/variable', 'X-Session-User: 1')->body, '[]', 'nor is there a variable of it';
is $nginx->get('/proxy?echo=1', 'X-Session-Other: 1', 'XX-Session-User: 1', 'X-Session-Userr: 1')->body
    =~ s/^(?!.*session).*\r\n//gimr, "X-Session-Other: 1\r\nXX-Session-User: 1\r\nX-Session-Userr: 1\r\n",
    'other headers are others';
is_deeply [keys_of($redis, 'session:*:{*')], [], 'no record of anybody';

my $there = Client->connect(port => $other);
$there->send(Client::format_request('GET', '/proxy?echo=1', @forged));
is_deeply got($there->response, 'proxy'), \@forged, 'a server without a realm passes them';

done;
