# One fetch for all: workers and requests share it, a client that leaves does not take it along, and what it brings counts in
# every worker. The requests keep their methods and bodies, and their connections.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use KeyServer;

new_key('rsa', 'rsa');
new_key('new', 'p256');
my $keys = KeyServer->new->serve(jwk_set(['rsa', 'one']), delay => 1);
my $nginx = Nginx->new(
    realm => 'key_set location=/jwks refresh=1h; cookie access_token;',
    workers => 3,
    tls => 1,
    echo => '$session_user $request_method $content_length',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /body { auth_session app; client_body_in_single_buffer on; proxy_pass http://backend/body; } ' . $keys->location,
    backend => 'location / { return 200 $http_x_echo; } location /body { proxy_pass http://127.0.0.1:PORT/echo; }'
        =~ s/PORT/@{[ $keys->port ]}/r,
);
my $token = mint({}, key => 'rsa', kid => 'one');
my $authority = '127.0.0.1:' . $nginx->port;
sub start {
    my ($method, $path, @more) = @_;
    my $client = $nginx->connect;
    $client->send(Client::format_request($method, $path, cookie($token), 'Connection: keep-alive', "Origin: http://$authority", "Host: $authority", @more));
    return $client;
}

# Who asks first leaves at once.
my $gone = start('GET', '/');
eventually { scalar $keys->requests } 10, 'the first one has it fetched';
$gone->close;
my @clients = map { start('GET', '/') } 1 .. 30;
my $head = start('HEAD', '/');
my $post = start('POST', '/', {body => 'b' x 40000});
is_deeply [map { $_->response->answer } @clients], [('200 valid') x 30], 'all others get what it fetched';
is $head->response(head => 1)->answer, '200 valid', 'HEAD too';
my $posted = $post->response;
is $posted->body, '42 POST 40000', 'a POST keeps its method and length';
is scalar($keys->requests), 1, 'one fetch for three workers';
$_->send(Client::format_request('GET', '/', cookie($token))) for @clients[0 .. 4];
is_deeply [map { $_->response->answer } @clients[0 .. 4]], [('200 valid') x 5], 'their connections go on';
my $echoed = start('POST', '/body', {body => 'first=1&second=2'})->response;
like((grep {/\/echo/} $keys->requests)[0], qr/Content-Length: 16\r\n/, 'a body behind the wait arrives');

# What one worker fetches is known to all: a key that left the set is out everywhere.
$keys->serve(jwk_set(['new', 'two']));
my $other = mint({}, key => 'new', kid => 'two');
eventually { $nginx->get('/', cookie($other))->answer eq '200 valid' } 15, 'a rotation';
my %said;
++$said{$nginx->get('/', cookie($token))->answer} for 1 .. 40;
is_deeply \%said, {'401 key' => 40}, 'the old key is out in every worker';
%said = ();
++$said{$nginx->get('/', cookie($other))->answer} for 1 .. 40;
is_deeply \%said, {'200 valid' => 40}, 'the new one in';
is scalar(grep {/\/keys/} $keys->requests), 2, 'by one fetch';

# A worker that is killed while it fetches, and the configuration that is loaded meanwhile.
$keys->serve(jwk_set(['rsa', 'one']));
ok $nginx->reload, 'reload';
is $nginx->get('/', cookie($other))->answer, '200 valid', 'the set is still there';
is $nginx->tls_connect ? $nginx->get('/', cookie($other), {tls => 1})->answer : '', '200 valid', 'over TLS';

done;
