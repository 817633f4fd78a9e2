# A response that ends its own session, as an application's logout does, comes whole; the others of the session are cut.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use LiveApp;
use Stores;
use Time::HiRes qw(time);

new_key('v1');
my $app = LiveApp->new;

each_store(sub {
    my ($store) = @_;
    my $nginx = Nginx->new(
        realm => "key v1 file=v1.key; cookie access_token; $store->{realm}",
        locations => $app->location('/') . $app->location('= /bye', 'session_issue app;'),
    );
    my $cookie = cookie(mint({sid => 's1'}));
    my $stream = $nginx->connect;
    $stream->send(Client::format_request('GET', '/events', $cookie));
    ok $stream->fill(time + patience(5)), 'a stream of the session';
    my $bye = $nginx->get('/bye', $cookie);
    is $bye->status . ' ' . $bye->body, '200 goodbye', 'the response comes whole';
    my $end = time + patience(5);
    my $got;
    1 while $got = $stream->fill($end);
    cmp_ok time, '<', $end, 'the stream is cut';
    is $nginx->get('/', $cookie)->answer, '401 revoked', 'the session has ended';
    is scalar($nginx->log_lines('ended: reason=revoked')), 1, 'one request was ended';
});

done;
