# A key set that cannot be fetched: who waits does so for three seconds and no more, the last good set serves until `keep`
# is over, then tokens are rejected with their cookies left alone, until there is a set again.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use KeyServer;

new_key('rsa', 'rsa');
new_key('new', 'p256');
my $good = jwk_set(['rsa', 'one']);
my $keys = KeyServer->new;
my $nginx = Nginx->new(
    realm => 'key_set location=/jwks refresh=1s keep=8s; cookie access_token;',
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location = /health { session_health app; } ' . $keys->location,
);
my $token = mint({}, key => 'rsa', kid => 'one');
sub answer { $nginx->get('/', cookie($_[0] // $token))->answer }
sub requests { scalar $keys->requests }

# Slow. The next request on the connection does not wait for the rest of that answer.
$keys->serve($good, delay => 60);
my $client = $nginx->connect;
$client->send(Client::format_request('GET', '/', cookie($token), 'Connection: keep-alive'));
is $client->response->answer, '401 key', 'a server that hangs';
like $nginx->log, qr/\[error\].*realm "app" cannot fetch its keys from "\/jwks": no answer in 3 s, and there are none/, 'the log says so';
like $nginx->log, qr/\[error\].*realm "app" rejects tokens for want of keys from "\/jwks"/, 'and what it means';
$keys->serve('', status => 500);
$client->send(Client::format_request('GET', '/health'));
my $health = $client->response;
is $health && $health->status, 200, 'the same connection goes on';

# Wrong. Each once a fetch is due again.
my $padding = '"x":"' . 'x' x (64 * 1024) . '"';
for my $case (
    ['an error', '', {status => 500}, 'status 500'],
    ['a redirect', '', {status => 302, headers => "Location: /else\r\nContent-Length: 0\r\n"}, 'status 302'],
    ['nothing', '', {}, 'status 200'],
    ['a page', '<html>', {}, '\w'],
    ['no key', '{"keys":[]}', {}, '\w'],
    ['an unknown type alone', '{"keys":[{"kty":"quantum","kid":"q"}]}', {}, '\w'],
    ['half a set', substr($good, 0, 100), {headers => ''}, '\w'],
    ['less than was announced', substr($good, 0, 100), {headers => "Content-Length: 500\r\n"}, 'the response broke off|\w'],
    ['too much', "{$padding," . substr($good, 1), {}, 'it has more than 65536 bytes'],
    ['too much, its length unknown', "{$padding," . substr($good, 1), {headers => ''}, 'it has more than 65536 bytes'],
) {
    my ($name, $body, $how, $message) = @$case;
    $keys->serve($body, %$how);
    my ($before, @said) = (requests());
    $nginx->forget_log;
    eventually { push @said, answer(); requests() > $before } 10, "$name: is fetched";
    is_deeply [grep { $_ ne '401 key' } @said], [], "$name: no token is good";
    like $nginx->log, qr/\[error\].*cannot fetch its keys from "\/jwks": (?:$message).*, and there are none/, "$name: the log says why";
}
unlike $nginx->log, qr/\[(?:alert|crit)\]/, 'nothing worse';

# Good at last, with what can be skipped; then away.
$keys->serve($good =~ s/\[/[{"kty":"quantum","kid":"q"},/r);
$nginx->forget_log;
eventually { answer() eq '200 valid' } 10, 'a good set';
like $nginx->log, qr/\[warn\].*realm "app" key_set "\/jwks": .*"q"/, 'what is skipped is warned of';
$keys->serve($good, delay => 60);
my $asked = requests();
my @while;
eventually { push @while, answer(); requests() > $asked } 10, 'it is refreshed behind a request';
is_deeply [grep { $_ ne '200 valid' } @while], [], 'which does not wait';
unlike $nginx->log, qr/no answer in 3 s/, 'not even for the timeout';
$keys->stop;
eventually { $nginx->log =~ /cannot fetch .* the keys of \d+ s ago are still used/ || !answer() } 10, 'the last good set is kept';
$nginx->forget_log;
eventually { answer() eq '401 key' } 20, 'until "keep" is over';
eventually { answer(); $nginx->log =~ /rejects tokens for want of keys/ } 5, 'which the log says';
is $nginx->get('/', cookie($token))->header('Set-Cookie'), undef, 'the cookie stays';
$nginx->forget_log;
my $start = time;
answer() for 1 .. 60;
cmp_ok scalar($nginx->log_lines(qr/for want of keys/)), '<=', time - $start + 2, 'at most once a second';
$keys->serve(jwk_set(['new', 'two']));
$keys->start;
my $other = mint({}, key => 'new', kid => 'two');
eventually { answer($other) eq '200 valid' } 15, 'a new set';
is answer(), '401 key', 'without the old key';

done;
