# X-Session-* headers of an upstream are for nginx alone: no client gets them from any location of a server that
# uses the realm, whether they grant something there or not.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $other = free_port();
write_file('page.txt', 'page', 0644);
write_file('page.html', '<!--#include virtual="/plain" --> <!--#include virtual="/issue" -->', 0644);
my $all = join '', map {"add_header $_ always;"} 'X-Session-User 42', q(X-Session-Claims '{"role":"admin"}'),
    'X-Session-Tenant t', 'X-Session-End current', 'X-Session-Stale 43', 'X-Session-Other kept';
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    http => "server { listen 127.0.0.1:$other; location / { proxy_pass http://backend; } }",
    backend => "$all location / { return 200 ok; } location /denied { return 403 no; } location /gone { return 410; }
        location /moved { return 302 /next; } location /allow { return 204; } location /refuse { return 401; }",
    locations => "
        location /plain { proxy_pass http://backend; }
        location /denied { proxy_pass http://backend; }
        location /moved { proxy_pass http://backend; }
        location /gone { proxy_pass http://backend; proxy_intercept_errors on; error_page 410 /plain; }
        location /named { error_page 404 \@named; return 404; }
        location \@named { proxy_pass http://backend; }
        location /guarded { auth_session app; proxy_pass http://backend; }
        location /issue { session_issue app; proxy_pass http://backend; }
        location /issue-denied { session_issue app; proxy_pass http://backend/denied; }
        location /off { session_issue app; location /off/here { session_issue off; proxy_pass http://backend; } }
        location /static { $all alias @{[ folder() ]}/page.txt; }
        location /return { $all return 200 ok; }
        location /error { $all return 404; }
        location /include { ssi on; ssi_types text/plain; alias @{[ folder() ]}/page.html; }
        location /allowed { auth_request /allow; auth_request_set \$who \$upstream_http_x_session_user;
            add_header X-Who \$who; proxy_pass http://backend/plain; }
        location /refused { auth_request /refuse; proxy_pass http://backend/plain; }
        location /allow { internal; proxy_pass http://backend; }
        location /refuse { internal; proxy_pass http://backend; }
        location /under { add_header X_Session_End current; add_header x_session_user 42; return 200; }
        location /early { session_issue app; proxy_pass http://backend; proxy_pass_header X-Session-User; }",
);

# Names of response headers that are of the kind.
sub left {
    my ($response) = @_;
    return join ' ', map { $_->[0] } grep { ($_->[0] // '') =~ /^x.session/i && $_->[0] ne 'X-Session-Other' }
        @{$response->{headers}};
}

my %status = (plain => 200, denied => 403, moved => 302, gone => 410, named => 404, guarded => 401, issue => 200,
    'issue-denied' => 403, 'off/here' => 200, static => 200, return => 200, error => 404, include => 200,
    allowed => 200, refused => 401, early => 200,
    under => 200);
for my $path (sort keys %status) {
    for my $method (qw(GET HEAD)) {
        my $response = $nginx->request($method, "/$path");
        is $response->status, $status{$path}, "$method $path: answered";
        is left($response), '', "$method $path: none is left";
    }
}
is $nginx->get('/plain')->header('X-Session-Other'), 'kept', 'another header is none of them';
is $nginx->get('/guarded', cookie(mint({})))->status, 200, 'with a session';
is left($nginx->get('/guarded', cookie(mint({})))), '', 'nor is any left';
is $nginx->get('/include')->body, 'ok ok', 'subrequests answer';
is $nginx->get('/allowed')->header('X-Who'), '42', 'a variable may still have it, for what the configuration wants';

# Who logs in: a location with session_issue, in a main request, by a response that is no error.
my %granted = map { $_ => join ' ', keys %{set_cookies($nginx->get("/$_"))} } keys %status;
is_deeply \%granted, {(map { $_ => '' } keys %status), issue => 'access_token', early => 'access_token'}, 'who logs in';
is $nginx->get('/issue-denied')->body, 'no', 'an error comes through as it is';
like $nginx->log, qr/\[warn\].*X-Session-User of an error response is ignored/,
    'and the log says why nobody is logged in';

my $there = Client->connect(port => $other);
$there->send(Client::format_request('GET', '/'));
is left($there->response), 'X-Session-User X-Session-Claims X-Session-Tenant X-Session-End X-Session-Stale',
    'a server without a realm passes them on';

done;
